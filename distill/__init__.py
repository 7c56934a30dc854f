"""Makes what the engine uses: knowledge, corpora, teachers, students, evaluation, export."""
