"""Who asks: the owner of a key, somebody signed in, or everyone."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import translation
from ninja.security import HttpBearer

from boloci.hub.current import workspace
from boloci.hub.language import wished
from boloci.hub.people import tokens
from boloci.hub.rights import Scope, readable
from boloci.problems import refuse

KEY_UNKNOWN, SIGN_IN = "token_unknown", "sign_in_needed"


class Reader(HttpBearer):
    """The scope of a request. A key that is no key is refused, never passed over."""

    def __call__(self, request: HttpRequest) -> Scope:
        """What the asker may see. Raises `Refused`."""
        given = request.headers.get("Authorization", "")
        if given:
            kind, _blank, text = given.partition(" ")
            user = self.authenticate(request, text.strip())
            if kind.lower() != "bearer" or user is None:
                raise refuse(KEY_UNKNOWN)
            request.user = user
            request.language = wished(request)  # type: ignore[attr-defined]
            translation.activate(request.language)  # type: ignore[attr-defined]
        elif request.user.is_authenticated and request.user.must_change:
            request.user = AnonymousUser()
        if not (request.user.is_authenticated or workspace().public):
            raise refuse(SIGN_IN)
        scope = readable(request.user)
        request.scope = scope  # type: ignore[attr-defined]
        return scope

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The user whose key this is; None for any other text."""
        return tokens.owner(token)
