"""On which day opening balances moved a headline figure, and by how much."""

# What is left of a balance changes when it is approved or ends, and when reports of its institution
# are verified or reopened. Only the latter is work: `is_paper` are the former.
OPENING_STEPS = """
    SELECT 'completed', held.institution_id, held.day, held.change::int, true AS is_opening,
        held.is_paper
    FROM (
        SELECT found.institution_id, (found.moment AT TIME ZONE 'Asia/Jakarta')::date AS day,
            found.is_paper, found.left_then - coalesce(lag(found.left_then) OVER (
                PARTITION BY found.programme_year_id, found.institution_id ORDER BY found.moment
            ), 0) AS change
        FROM (
            SELECT moved.*, greatest(coalesce((
                    SELECT sum(b.completed) FROM progress_openingbalance b
                    WHERE b.programme_year_id = moved.programme_year_id
                      AND b.institution_id = moved.institution_id
                      AND b.counted_from <= moved.moment
                      AND (b.counted_to IS NULL OR b.counted_to > moved.moment)), 0)
                - coalesce((
                    SELECT sum(n.completed) FROM trainings_cohortcount n
                    WHERE n.programme_year_id = moved.programme_year_id
                      AND n.institution_id = moved.institution_id
                      AND n.counted_from <= moved.moment
                      AND (n.counted_to IS NULL OR n.counted_to > moved.moment)), 0),
                0) AS left_then
            FROM (
                SELECT programme_year_id, institution_id, moment, bool_or(is_paper) AS is_paper
                FROM (
                    SELECT b.programme_year_id, b.institution_id, v.moment, true AS is_paper
                    FROM progress_openingbalance b
                    CROSS JOIN LATERAL (VALUES (b.counted_from), (b.counted_to)) AS v (moment)
                    WHERE b.programme_year_id = ANY(%(years)s) AND b.counted_from IS NOT NULL
                    UNION ALL
                    SELECT n.programme_year_id, n.institution_id, v.moment, false
                    FROM (SELECT DISTINCT programme_year_id, institution_id
                        FROM progress_openingbalance
                        WHERE programme_year_id = ANY(%(years)s) AND counted_from IS NOT NULL) b
                    JOIN trainings_cohortcount n USING (programme_year_id, institution_id)
                    CROSS JOIN LATERAL (VALUES (n.counted_from), (n.counted_to)) AS v (moment)
                ) moments
                WHERE moment IS NOT NULL
                GROUP BY programme_year_id, institution_id, moment
            ) moved
        ) found
    ) held
"""
