"""Sign-in sessions, in the database alone: no copy in a cache could outlive a sign-out. Read and written without an actor."""

from django.contrib.sessions.backends import db

from beheard.live import sessions as live_sessions
from beheard.rls import no_actor


class SessionStore(db.SessionStore):
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
        """Ends the session and every stream opened with it."""
        ending = session_key or self.session_key
        with no_actor():
            super().delete(session_key)
        live_sessions.end(ending)
