-- What a sweep writes, by one statement: no deputies, no recusals, no routes, one step a deadline, answers in 24 hours.
WITH due AS (
    SELECT d.*, c.state, c.owner_department_id, c.registered_by_id,
           (step ->> 0)::int AS step_position, step ->> 1 AS step_kind, step ->> 2 AS step_role,
           (step ->> 3)::timestamptz AS planned_at,
           (SELECT min((later ->> 3)::timestamptz) FROM jsonb_array_elements(d.schedule) AS later
            WHERE (later ->> 3)::timestamptz > %(now)s) AS following
    FROM complaints_deadline d
    JOIN complaints_complaint c ON c.id = d.complaint_id
    CROSS JOIN LATERAL jsonb_array_elements(d.schedule) AS step
    WHERE d.next_action_at <= %(now)s
      AND (step ->> 3)::timestamptz BETWEEN d.next_action_at AND %(now)s
    FOR NO KEY UPDATE OF d, c SKIP LOCKED
),
head AS (
    SELECT DISTINCT ON (department_id) department_id, person_id FROM complaints_appointment
    WHERE role = 'head' AND ends_on IS NULL ORDER BY department_id, starts_on, id
),
steps AS (
    INSERT INTO complaints_deadlinestep (deadline_id, position, kind, role, planned_at, recorded_at, is_found_late)
    SELECT id, step_position, step_kind, step_role, planned_at, %(now)s, planned_at < %(now)s - interval '5 minutes'
    FROM due RETURNING id, deadline_id, is_found_late
),
moved AS (
    UPDATE complaints_deadline d
    SET next_action_at = due.following,
        breached_at = CASE WHEN d.breached_at IS NULL AND d.due_at <= %(now)s THEN d.due_at ELSE d.breached_at END
    FROM due WHERE d.id = due.id
    RETURNING d.*, due.step_kind
),
moved_history AS (
    INSERT INTO complaints_historicaldeadline
        (id, round, clock, names, owner_role, started_at, limit_amount, limit_unit, due_at, is_provisional,
         calendar_edition, met_at, cancelled_at, breached_at, paused_at, complaint_id, plan_step_id, escalation_id,
         history_date, history_type, history_change_reason, history_user_name)
    SELECT id, round, clock, names, owner_role, started_at, limit_amount, limit_unit, due_at, is_provisional,
           calendar_edition, met_at, cancelled_at, breached_at, paused_at, complaint_id, plan_step_id, escalation_id,
           %(now)s, '~', 'breach', ''
    FROM moved WHERE step_kind = 'overdue'
),
raised AS (
    INSERT INTO complaints_escalation
        (complaint_id, round, origin, step_id, role, addressee_id, route, reason, opened_at, is_found_late, cause,
         improvement)
    SELECT due.complaint_id, due.round, 'overdue', steps.id, due.step_role, head.person_id,
           jsonb_build_array(jsonb_build_object('role', due.step_role, 'person', head.person_id, 'why', 'found')),
           '', %(now)s, steps.is_found_late, '', ''
    FROM due JOIN steps ON steps.deadline_id = due.id JOIN head ON head.department_id = due.owner_department_id
    WHERE due.step_kind = 'escalation'
    RETURNING *
),
raised_history AS (
    INSERT INTO complaints_historicalescalation
        (id, complaint_id, round, origin, step_id, role, addressee_id, route, reason, opened_at, is_found_late,
         answered_at, answered_by_id, cause, improvement, history_date, history_type, history_change_reason,
         history_user_name)
    SELECT id, complaint_id, round, origin, step_id, role, addressee_id, route, reason, opened_at, is_found_late,
           answered_at, answered_by_id, cause, improvement, %(now)s, '+', 'escalate', ''
    FROM raised
),
answers AS (
    INSERT INTO complaints_deadline
        (complaint_id, round, clock, names, owner_role, escalation_id, started_at, limit_amount, limit_unit, due_at,
         is_provisional, calendar_edition, schedule, next_action_at)
    SELECT complaint_id, round, 'escalation_answer', '{"en": "Answer to the escalation"}', 'addressee', id, %(now)s,
           24, 'hours', %(now)s + interval '24 hours', false, 1,
           jsonb_build_array(
               jsonb_build_array(0, 'reminder', 'addressee', %(now)s + interval '12 hours'),
               jsonb_build_array(2, 'overdue', 'addressee', %(now)s + interval '24 hours'),
               jsonb_build_array(3, 'escalation', 'executive', %(now)s + interval '24 hours')),
           %(now)s + interval '12 hours'
    FROM raised
    RETURNING *
),
answer_history AS (
    INSERT INTO complaints_historicaldeadline
        (id, round, clock, names, owner_role, started_at, limit_amount, limit_unit, due_at, is_provisional,
         calendar_edition, complaint_id, escalation_id, history_date, history_type, history_change_reason,
         history_user_name)
    SELECT id, round, clock, names, owner_role, started_at, limit_amount, limit_unit, due_at, is_provisional,
           calendar_edition, complaint_id, escalation_id, %(now)s, '+', 'escalation_answer', ''
    FROM answers
),
events AS (
    INSERT INTO complaints_complaintevent
        (complaint_id, round, act, actor_name, actor_role, from_state, to_state, reason, detail, at, recorded_at)
    SELECT complaint_id, round, CASE step_kind WHEN 'overdue' THEN 'breach' ELSE 'escalate' END, '', '', state, state,
           '', jsonb_build_object('deadline', id, 'clock', clock, 'planned_at', planned_at), planned_at, %(now)s
    FROM due WHERE step_kind <> 'reminder'
)
INSERT INTO complaints_notice
    (recipient_id, complaint_id, key, kind, detail, created_at, mail_status, mail_attempts, mail_next_at, mail_error)
SELECT CASE due.step_kind WHEN 'escalation' THEN head.person_id ELSE due.registered_by_id END, due.complaint_id,
       'step:' || due.id || ':' || due.step_position, due.step_kind,
       jsonb_build_object('deadline', due.id, 'clock', due.clock, 'names', due.names, 'due_at', due.due_at),
       %(now)s, 'waiting', 0, %(now)s, ''
FROM due JOIN head ON head.department_id = due.owner_department_id
ON CONFLICT (recipient_id, key) DO NOTHING
