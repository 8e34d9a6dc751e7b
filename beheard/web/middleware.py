"""What holds for every page: nothing is left behind (DESIGN §8), and no address answers with an empty one."""

from django.shortcuts import render
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


class NothingToReadMiddleware:
    """An address that only takes presses, typed or opened again: still 405, with a page that says so and leads back."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code != 405 or request.method != "GET" or request.path.startswith("/api/"):
            return response
        page = render(request, "405.html", status=405)
        page.headers["Allow"] = response.headers["Allow"]
        return page
