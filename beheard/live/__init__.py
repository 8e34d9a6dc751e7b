"""Server-sent events over Redis streams: how the words of a reply reach the page while they are being found.

A worker writes with `stream.ReplyStream`; the browser opens `GET /live/reply/<message id>` and `app.LiveApp` answers.
Redis sees sealed words, ids and counters, never a word a person could read (DESIGN §8).

Events: `chunk` {"text"}, `restart` {} (clear what was shown), `done` {} (the reply is stored: fetch it) and
`failed` {"code"}. A page closes its EventSource after the last two.
"""
