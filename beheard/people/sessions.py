"""Sign-in sessions in the database, cached in Redis, read and written without an actor. Ending one also ends its streams."""

from django.contrib.sessions.backends import cached_db

from beheard.rls import no_actor


class SessionStore(cached_db.SessionStore):
    @classmethod
    def get_model_class(cls):
        from django.contrib.sessions.models import Session

        return Session

    def load(self):
        with no_actor():
            return super().load()

    def exists(self, session_key):
        with no_actor():
            return super().exists(session_key)

    def save(self, must_create=False):
        with no_actor():
            return super().save(must_create)

    def delete(self, session_key=None):
        from beheard.live import sessions as live_sessions

        ending = session_key or self.session_key
        with no_actor():
            super().delete(session_key)
        if ending:
            live_sessions.end(ending)
