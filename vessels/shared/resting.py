"""What still stands on something its owner has taken back. Only they ever learn of it; computed on read from their own rows."""

from beheard.people.pages import Place
from consent.models import ContentType
from vessels.shared.models import Agreement, ConsentedContent

CARRIES_AGREEMENTS = (ContentType.IDENTIFIED_NEED, ContentType.PROPOSAL)


def taken_back_since(place: Place, agreement: Agreement) -> list[ConsentedContent]:
    """What of this person's the other had when they agreed, and has no longer: needs and ideas the agreement may rest on."""
    return list(
        ConsentedContent.objects.filter(
            owner_id=place.user_id,
            session_id=place.session.pk,
            content_type__in=CARRIES_AGREEMENTS,
            crosses_at__lte=agreement.agreed_at,
            revoked_at__gt=agreement.agreed_at,
        ).order_by("created_at", "consent_record_id")
    )


def last_agreed(place: Place):
    """When the two last agreed on something; None when they have not."""
    agreed = Agreement.objects.filter(session_id=place.session.pk, agreed_at__isnull=False)
    return agreed.order_by("-agreed_at").values_list("agreed_at", flat=True).first()


def carries_agreement(content: ConsentedContent, agreed_at) -> bool:
    """Whether an agreement was made while the other had these words."""
    crossed = content.content_type in CARRIES_AGREEMENTS and content.consent_active and content.crosses_at is not None
    return crossed and agreed_at is not None and content.crosses_at <= agreed_at
