"""Messengers with windows, prices and numbered menus; several messengers of one person"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    with op.batch_alter_table('caregivers', schema=None) as batch_op:
        batch_op.add_column(sa.Column('preferred_id', ID, nullable=True))
    op.create_table('channel_consents',
    sa.Column('state_hash', sa.String(length=32), nullable=False),
    sa.Column('verifier', sa.LargeBinary(), nullable=False),
    sa.Column('officer_id', ID, nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('state_hash', name=op.f('pk_channel_consents'))
    )
    op.create_table('channel_tokens',
    sa.Column('account', sa.String(length=80), nullable=False),
    sa.Column('access', sa.LargeBinary(), nullable=False),
    sa.Column('refresh', sa.LargeBinary(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('refreshed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.PrimaryKeyConstraint('account', name=op.f('pk_channel_tokens'))
    )
    op.create_table('costs',
    sa.Column('outbox_id', ID, nullable=False),
    sa.Column('route', sa.String(length=80), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('way', sa.String(length=10), nullable=False),
    sa.Column('legal', sa.Boolean(), nullable=False),
    sa.Column('price', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('outbox_id', name=op.f('pk_costs'))
    )
    with op.batch_alter_table('costs', schema=None) as batch_op:
        batch_op.create_index('ix_costs_route_month_way', ['route', 'month', 'way'], unique=False)

    op.create_table('message_templates',
    sa.Column('account', sa.String(length=80), nullable=False),
    sa.Column('message', sa.String(length=80), nullable=False),
    sa.Column('template_id', sa.String(length=40), nullable=False),
    sa.Column('fields', sa.Text(), nullable=False),
    sa.Column('price', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('account', 'message', name=op.f('pk_message_templates'))
    )
    op.create_table('articles',
    sa.Column('id', ID, nullable=False),
    sa.Column('area_id', ID, nullable=False),
    sa.Column('campaign_id', ID, nullable=True),
    sa.Column('officer_id', ID, nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('prepared_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('published_by', ID, nullable=True),
    sa.Column('address', sa.String(length=300), nullable=True),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_articles_area_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_articles'))
    )
    with op.batch_alter_table('articles', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_articles_area_id'), ['area_id'], unique=False)

    op.create_table('link_codes',
    sa.Column('code_hash', sa.String(length=32), nullable=False),
    sa.Column('caregiver_id', ID, nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['caregiver_id'], ['caregivers.id'], name=op.f('fk_link_codes_caregiver_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('code_hash', name=op.f('pk_link_codes'))
    )
    with op.batch_alter_table('link_codes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_link_codes_caregiver_id'), ['caregiver_id'], unique=False)

    op.create_table('heard',
    sa.Column('address_id', ID, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['address_id'], ['addresses.id'], name=op.f('fk_heard_address_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('address_id', name=op.f('pk_heard'))
    )
    op.create_table('menus',
    sa.Column('address_id', ID, nullable=False),
    sa.Column('options', sa.LargeBinary(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['address_id'], ['addresses.id'], name=op.f('fk_menus_address_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('address_id', name=op.f('pk_menus'))
    )


def downgrade() -> None:
    for name in (
        'menus', 'heard', 'link_codes', 'articles', 'message_templates', 'costs', 'channel_tokens', 'channel_consents',
    ):
        op.drop_table(name)
    with op.batch_alter_table('caregivers', schema=None) as batch_op:
        batch_op.drop_column('preferred_id')
