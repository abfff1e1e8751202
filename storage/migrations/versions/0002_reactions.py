"""What readers say of an item, and counts of questions without an answer"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('reactions',
    sa.Column('message', sa.String(length=80), nullable=False),
    sa.Column('caregiver_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('message', 'caregiver_id', 'kind', name=op.f('pk_reactions'))
    )
    with op.batch_alter_table('reactions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reactions_caregiver_id'), ['caregiver_id'], unique=False)

    op.create_table('unanswered',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('near', sa.String(length=40), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'near', name=op.f('pk_unanswered'))
    )


def downgrade() -> None:
    op.drop_table('unanswered')
    op.drop_table('reactions')
