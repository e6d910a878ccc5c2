"""What holds for every page."""

import re

INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)(?![^>]*\stype=\"application/json\")[^>]*>", re.IGNORECASE)
INLINE_STYLE = re.compile(r"<style[\s>]|<[a-z][^>]*\sstyle\s*=", re.IGNORECASE)
HANDLER = re.compile(r"<[a-z][^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE)
SCRIPT_ADDRESS = re.compile(r"(?:href|src|action)\s*=\s*[\"']\s*javascript:", re.IGNORECASE)


def assert_no_inline(html):
    """Nothing in the page that our content security policy would refuse."""
    text = html.decode() if isinstance(html, bytes) else html
    for pattern in (INLINE_SCRIPT, INLINE_STYLE, HANDLER, SCRIPT_ADDRESS):
        found = pattern.search(text)
        assert found is None, f"inline in the page: {text[max(found.start() - 80, 0) : found.end() + 80]}"


def assert_proper(response, status=200):
    """The page came as it should, with its policy, and a browser will not refuse any of it."""
    assert response.status_code == status
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert_no_inline(response.content)
