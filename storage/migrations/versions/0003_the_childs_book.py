"""What is known of a child: duties, doses, weighings, milestones; and what its area decides"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    with op.batch_alter_table('children', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sex', sa.String(length=6), nullable=True))

    op.create_table('area_settings',
    sa.Column('area_id', ID, nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('set_by', sa.String(length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_area_settings_area_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('area_id', 'name', name=op.f('pk_area_settings'))
    )

    op.create_table('duty_records',
    sa.Column('child_id', ID, nullable=False),
    sa.Column('duty', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('day', sa.Date(), nullable=True),
    sa.Column('source', sa.String(length=10), nullable=False),
    sa.Column('caregiver_id', ID, nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_duty_records_child_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('child_id', 'duty', name=op.f('pk_duty_records'))
    )
    op.execute(
        "INSERT INTO duty_records (child_id, duty, state, source, caregiver_id, at) "
        "SELECT child_id, duty, 'done', 'caregiver', caregiver_id, at FROM duties_done"
    )
    op.drop_table('duties_done')

    op.create_table('measurements',
    sa.Column('id', ID, nullable=False),
    sa.Column('child_id', ID, nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('sizes', sa.LargeBinary(), nullable=False),
    sa.Column('caregiver_id', ID, nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_measurements_child_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measurements')),
    sa.UniqueConstraint('child_id', 'day', name=op.f('uq_measurements_child_id'))
    )

    op.create_table('milestone_answers',
    sa.Column('child_id', ID, nullable=False),
    sa.Column('checklist', sa.String(length=20), nullable=False),
    sa.Column('answers', sa.LargeBinary(), nullable=False),
    sa.Column('again_on', sa.Date(), nullable=True),
    sa.Column('caregiver_id', ID, nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_milestone_answers_child_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('child_id', 'checklist', name=op.f('pk_milestone_answers'))
    )
    with op.batch_alter_table('milestone_answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_milestone_answers_again_on'), ['again_on'], unique=False)

    op.create_table('book_links',
    sa.Column('token_hash', sa.String(length=32), nullable=False),
    sa.Column('child_id', ID, nullable=False),
    sa.Column('caregiver_id', ID, nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['caregiver_id'], ['caregivers.id'], name=op.f('fk_book_links_caregiver_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['child_id'], ['children.id'], name=op.f('fk_book_links_child_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_book_links'))
    )
    with op.batch_alter_table('book_links', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_book_links_caregiver_id'), ['caregiver_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_book_links_child_id'), ['child_id'], unique=False)
