"""Cases of children who are hurt, the referral directory, and dialogues that leave no trace"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('case_history',
    sa.Column('seq', ID, autoincrement=False, nullable=False),
    sa.Column('case_id', ID, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=20), nullable=False),
    sa.Column('act', sa.String(length=20), nullable=False),
    sa.Column('detail', sa.LargeBinary(), nullable=True),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_case_history'))
    )
    with op.batch_alter_table('case_history', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_history_case_id'), ['case_id'], unique=False)

    op.create_table('sender_counts',
    sa.Column('who', sa.String(length=32), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('who', name=op.f('pk_sender_counts'))
    )
    op.create_table('cases',
    sa.Column('id', ID, nullable=False),
    sa.Column('number', sa.String(length=12), nullable=False),
    sa.Column('code_hash', sa.String(length=32), nullable=False),
    sa.Column('area_id', ID, nullable=False),
    sa.Column('lowest', sa.Integer(), nullable=False),
    sa.Column('highest', sa.Integer(), nullable=False),
    sa.Column('urgent', sa.Boolean(), nullable=False),
    sa.Column('pile', sa.Boolean(), nullable=False),
    sa.Column('reported_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('waiting_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('stage', sa.Integer(), nullable=False),
    sa.Column('called_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('officer_id', ID, nullable=True),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('assessed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('danger', sa.String(length=10), nullable=True),
    sa.Column('planned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('supported_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('referred_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('close_asked_by', ID, nullable=True),
    sa.Column('close_asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by', ID, nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reopened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('offered_area_id', ID, nullable=True),
    sa.Column('offered_by', ID, nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('forgotten_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('facts', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_cases_area_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cases')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_cases_code_hash')),
    sa.UniqueConstraint('number', name=op.f('uq_cases_number'))
    )
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_cases_area_id'), ['area_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_cases_offered_area_id'), ['offered_area_id'], unique=False)

    op.create_table('services',
    sa.Column('id', ID, nullable=False),
    sa.Column('area_id', ID, nullable=False),
    sa.Column('field', sa.String(length=12), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('phone', sa.String(length=60), nullable=False),
    sa.Column('address', sa.String(length=200), nullable=False),
    sa.Column('hours', sa.String(length=120), nullable=False),
    sa.Column('checked_on', sa.Date(), nullable=True),
    sa.Column('checked_by', ID, nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_services_area_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_services'))
    )
    with op.batch_alter_table('services', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_services_area_id'), ['area_id'], unique=False)

    op.create_table('case_exclusions',
    sa.Column('case_id', ID, nullable=False),
    sa.Column('officer_id', ID, nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_exclusions_case_id')),
    sa.PrimaryKeyConstraint('case_id', 'officer_id', name=op.f('pk_case_exclusions'))
    )
    op.create_table('case_keys',
    sa.Column('case_id', ID, nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_keys_case_id')),
    sa.PrimaryKeyConstraint('case_id', name=op.f('pk_case_keys'))
    )
    op.create_table('case_referrals',
    sa.Column('id', ID, nullable=False),
    sa.Column('case_id', ID, nullable=False),
    sa.Column('service_id', ID, nullable=False),
    sa.Column('consent', sa.Boolean(), nullable=False),
    sa.Column('why', sa.LargeBinary(), nullable=True),
    sa.Column('officer_id', ID, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_referrals_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_referrals'))
    )
    with op.batch_alter_table('case_referrals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_referrals_case_id'), ['case_id'], unique=False)

    op.create_table('case_steps',
    sa.Column('id', ID, nullable=False),
    sa.Column('case_id', ID, nullable=False),
    sa.Column('what', sa.LargeBinary(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_steps_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_steps'))
    )
    with op.batch_alter_table('case_steps', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_steps_case_id'), ['case_id'], unique=False)

    op.create_table('safe_words',
    sa.Column('caregiver_id', ID, nullable=False),
    sa.Column('word_hash', sa.String(length=32), nullable=False),
    sa.ForeignKeyConstraint(['caregiver_id'], ['caregivers.id'], name=op.f('fk_safe_words_caregiver_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('caregiver_id', name=op.f('pk_safe_words'))
    )
    op.create_table('discreet',
    sa.Column('address_id', ID, nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('touched_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('shown', sa.Boolean(), nullable=False),
    sa.Column('fades', sa.Boolean(), nullable=False),
    sa.Column('step', sa.String(length=30), nullable=True),
    sa.Column('draft', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['address_id'], ['addresses.id'], name=op.f('fk_discreet_address_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('address_id', name=op.f('pk_discreet'))
    )
    with op.batch_alter_table('discreet', schema=None) as batch_op:
        batch_op.create_index('ix_discreet_touched_at', ['touched_at'], unique=False)

    with op.batch_alter_table('officers', schema=None) as batch_op:
        batch_op.add_column(sa.Column('deputy', sa.Boolean(), server_default=sa.false(), nullable=False))

    _keep_the_history()


# Lines of a case's history are only added. A migration that makes the table anew makes these anew.
SQLITE_HISTORY = (
    """CREATE TRIGGER case_history_not_changed BEFORE UPDATE ON case_history
    BEGIN SELECT RAISE(ABORT, 'the history of cases is append-only'); END""",
    """CREATE TRIGGER case_history_not_deleted BEFORE DELETE ON case_history
    BEGIN SELECT RAISE(ABORT, 'the history of cases is append-only'); END""",
)
POSTGRESQL_HISTORY = (
    """CREATE FUNCTION case_history_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the history of cases is append-only'; END $$""",
    """CREATE TRIGGER case_history_not_changed BEFORE UPDATE OR DELETE ON case_history
    FOR EACH ROW EXECUTE FUNCTION case_history_is_kept()""",
    """CREATE TRIGGER case_history_not_emptied BEFORE TRUNCATE ON case_history
    FOR EACH STATEMENT EXECUTE FUNCTION case_history_is_kept()""",
)


def _keep_the_history() -> None:
    on_sqlite = op.get_bind().dialect.name == 'sqlite'
    for statement in SQLITE_HISTORY if on_sqlite else POSTGRESQL_HISTORY:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        op.execute("DROP TRIGGER case_history_not_changed")
        op.execute("DROP TRIGGER case_history_not_deleted")
    else:
        op.execute("DROP FUNCTION case_history_is_kept CASCADE")
    for name in (
        'case_referrals', 'case_steps', 'case_exclusions', 'case_keys', 'case_history', 'cases',
        'services', 'discreet', 'safe_words', 'sender_counts',
    ):
        op.drop_table(name)
    with op.batch_alter_table('officers', schema=None) as batch_op:
        batch_op.drop_column('deputy')
