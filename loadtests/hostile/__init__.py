"""Hostile clients and receivers, as many as wanted: does anything break, or disturb anybody?

The service runs as real processes (`loadtests.live.lab`) with a market that works, in which a
canary lives jobs from the post to the door, and `places`: markets at a pole, on the antimeridian
and on a pentagon, in which strangers may do what they like. They come by four ways at once:

- `web` asks every route of the OpenAPI document (`document`, `draws`) with something amiss
  (`asks`), as merchants, couriers, operators and nobody; `verdicts` says what may be answered;
- `wire` sends bytes that are hardly HTTP (`bytes_kinds`), one connection each;
- frames and handshakes are those of `loadtests.live.hostile`; `intruders` abuse tickets, origins
  and subprotocols;
- `hooks` are merchants whose own servers misbehave (`manners`), or lie inside (`inside`).

A seed makes the same inputs; what is answered, and so which ids are known, differs from run to run.
"""
