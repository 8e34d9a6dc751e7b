"""What someone looks for, as a vector: made before the page's transaction, because the embedder may be far away."""

from collections.abc import Mapping

from django.views.decorators.debug import sensitive_variables

from beheard.ai.budget import charged_to
from beheard.ai.errors import ModelTrouble
from stages import embeddings
from stages.looking.forms import SimilarForm


@sensitive_variables()
def look_up(request, sent: Mapping) -> None:
    """Sets `request.sought`: a vector `(1536,)`; None when the form does not take what was sent,
    when the embedder is away, or when this person's day has used its tokens."""
    request.sought, form = None, SimilarForm(sent)
    if form.is_valid():
        words = form.cleaned_data["words"]
        try:
            with charged_to(request.actor.user_id):
                request.sought = embeddings.vectors_of([words])[words]
        except ModelTrouble:
            return
