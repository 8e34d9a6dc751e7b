"""Nothing left behind: signed-in pages are not kept by browsers or proxies (DESIGN §8)."""

from django.utils.cache import patch_vary_headers


class NothingLeftBehindMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path.startswith("/static/"):
            return response
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["X-Robots-Tag"] = "noindex"
        patch_vary_headers(response, ["Cookie", "HX-Request"])
        return response
