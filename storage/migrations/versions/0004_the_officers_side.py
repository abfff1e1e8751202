"""The officers' side: accounts, campaigns, talks with families, tasks, reviews, invitations"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.execute("UPDATE outbox SET lane = lane + 1 WHERE lane >= 2")  # alerts go before reminders
    op.create_table('officers',
    sa.Column('id', ID, nullable=False),
    sa.Column('login', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('area_id', ID, nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('totp', sa.LargeBinary(), nullable=True),
    sa.Column('totp_step', sa.Integer(), nullable=False),
    sa.Column('recovery', sa.LargeBinary(), nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('not_before', sa.DateTime(timezone=True), nullable=True),
    sa.Column('caregiver_id', ID, nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_officers_area_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_officers')),
    sa.UniqueConstraint('login', name=op.f('uq_officers_login'))
    )
    with op.batch_alter_table('officers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_officers_area_id'), ['area_id'], unique=False)

    op.create_table('officer_sessions',
    sa.Column('token_hash', sa.String(length=32), nullable=False),
    sa.Column('officer_id', ID, nullable=False),
    sa.Column('stage', sa.String(length=10), nullable=False),
    sa.Column('secret', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stepped_up_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['officer_id'], ['officers.id'], name=op.f('fk_officer_sessions_officer_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_officer_sessions'))
    )
    with op.batch_alter_table('officer_sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_officer_sessions_officer_id'), ['officer_id'], unique=False)

    op.create_table('campaigns',
    sa.Column('id', ID, nullable=False),
    sa.Column('area_id', ID, nullable=False),
    sa.Column('officer_id', ID, nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('alert', sa.Boolean(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('picture', sa.String(length=80), nullable=True),
    sa.Column('buttons', sa.Text(), nullable=False),
    sa.Column('question', sa.Text(), nullable=True),
    sa.Column('audience', sa.Text(), nullable=False),
    sa.Column('valid_hours', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('yearly', sa.Boolean(), nullable=False),
    sa.Column('late_until', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('counted', sa.Integer(), nullable=True),
    sa.Column('cursor', ID, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('approved_by', ID, nullable=True),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('second_by', ID, nullable=True),
    sa.Column('second_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('held_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expanded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('parent_id', ID, nullable=True),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_campaigns_area_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns'))
    )
    with op.batch_alter_table('campaigns', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_campaigns_area_id'), ['area_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_campaigns_state'), ['state'], unique=False)

    op.create_table('campaign_answers',
    sa.Column('campaign_id', ID, nullable=False),
    sa.Column('caregiver_id', ID, nullable=False),
    sa.Column('choice', sa.Integer(), nullable=True),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns.id'], name=op.f('fk_campaign_answers_campaign_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('campaign_id', 'caregiver_id', name=op.f('pk_campaign_answers'))
    )
    with op.batch_alter_table('campaign_answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_campaign_answers_caregiver_id'), ['caregiver_id'], unique=False)

    op.create_table('talks',
    sa.Column('id', ID, nullable=False),
    sa.Column('caregiver_id', ID, nullable=False),
    sa.Column('address_id', ID, nullable=False),
    sa.Column('area_id', ID, nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('officer_id', ID, nullable=True),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('waiting_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('quiet_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_talks_area_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_talks'))
    )
    with op.batch_alter_table('talks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_talks_area_id'), ['area_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_talks_caregiver_id'), ['caregiver_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_talks_state'), ['state'], unique=False)

    op.create_table('talk_lines',
    sa.Column('id', ID, nullable=False),
    sa.Column('talk_id', ID, nullable=False),
    sa.Column('who', sa.String(length=8), nullable=False),
    sa.Column('officer_id', ID, nullable=True),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['talk_id'], ['talks.id'], name=op.f('fk_talk_lines_talk_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_talk_lines'))
    )
    with op.batch_alter_table('talk_lines', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_talk_lines_talk_id'), ['talk_id'], unique=False)

    op.create_table('talk_scores',
    sa.Column('talk_id', ID, nullable=False),
    sa.Column('caregiver_id', ID, nullable=False),
    sa.Column('score', sa.Integer(), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['talk_id'], ['talks.id'], name=op.f('fk_talk_scores_talk_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('talk_id', name=op.f('pk_talk_scores'))
    )
    with op.batch_alter_table('talk_scores', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_talk_scores_caregiver_id'), ['caregiver_id'], unique=False)

    op.create_table('tasks',
    sa.Column('id', ID, nullable=False),
    sa.Column('area_id', ID, nullable=True),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('ref', sa.String(length=80), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('officer_id', ID, nullable=True),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_tasks_area_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tasks'))
    )
    with op.batch_alter_table('tasks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_tasks_area_id'), ['area_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_tasks_kind_ref'), ['kind', 'ref'], unique=False)

    op.create_table('deadlines',
    sa.Column('id', ID, nullable=False),
    sa.Column('area_id', ID, nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('month', sa.Integer(), nullable=False),
    sa.Column('day', sa.Integer(), nullable=False),
    sa.Column('done_for', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_deadlines_area_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deadlines'))
    )
    with op.batch_alter_table('deadlines', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deadlines_area_id'), ['area_id'], unique=False)

    op.create_table('content_reviews',
    sa.Column('message', sa.String(length=80), nullable=False),
    sa.Column('text_hash', sa.String(length=64), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('officer_id', ID, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('message', 'text_hash', name=op.f('pk_content_reviews'))
    )

    op.create_table('slips',
    sa.Column('id', ID, nullable=False),
    sa.Column('area_id', ID, nullable=False),
    sa.Column('batch', sa.String(length=40), nullable=False),
    sa.Column('group_name', sa.String(length=80), nullable=False),
    sa.Column('row_key', sa.String(length=32), nullable=False),
    sa.Column('code_hash', sa.String(length=32), nullable=False),
    sa.Column('code', sa.LargeBinary(), nullable=False),
    sa.Column('known', sa.LargeBinary(), nullable=True),
    sa.Column('officer_id', ID, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('caregiver_id', ID, nullable=True),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_slips_area_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_slips')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_slips_code_hash')),
    sa.UniqueConstraint('row_key', name=op.f('uq_slips_row_key'))
    )
    with op.batch_alter_table('slips', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_slips_area_id'), ['area_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_slips_batch'), ['batch'], unique=False)

    _keep_the_trail()


# Whoever gets hold of the application can add lines to the audit trail, and not change them. Lines
# go after 24 months (bot/retention.py). A migration that makes the table anew makes these anew.
SQLITE_TRAIL = (
    """CREATE TRIGGER audit_not_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
    """CREATE TRIGGER audit_not_deleted BEFORE DELETE ON audit
    WHEN OLD.at > datetime('now', '-23 months')
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
)
POSTGRESQL_TRAIL = (
    """CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.at <= now() - interval '23 months' THEN RETURN OLD; END IF;
        END IF;
        RAISE EXCEPTION 'the audit trail is append-only';
    END $$""",
    """CREATE TRIGGER audit_not_changed BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_kept()""",
    """CREATE TRIGGER audit_not_emptied BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept()""",
)


def _keep_the_trail() -> None:
    on_sqlite = op.get_bind().dialect.name == 'sqlite'
    for statement in SQLITE_TRAIL if on_sqlite else POSTGRESQL_TRAIL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        op.execute("DROP TRIGGER audit_not_changed")
        op.execute("DROP TRIGGER audit_not_deleted")
    else:
        op.execute("DROP FUNCTION audit_is_kept CASCADE")
    op.execute("UPDATE outbox SET lane = lane - 1 WHERE lane >= 3")
    for name in (
        'slips', 'content_reviews', 'deadlines', 'tasks', 'talk_scores', 'talk_lines', 'talks',
        'campaign_answers', 'campaigns', 'officer_sessions', 'officers',
    ):
        op.drop_table(name)
