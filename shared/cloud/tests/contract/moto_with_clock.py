"""Serves moto on a free port of the loopback address, by a clock that stands still until it is told.

Standard output begins with `listening PORT`. Each line of standard input is one order, answered by a line `done`:
`advance MILLISECONDS` moves the clock of the queues, `refuse TEXT` answers 403 to every request whose query string
holds TEXT, `refuse` alone ends that, `lose TARGET` serves the next request to the TARGET of a JSON protocol and then
answers 500. The server ends with its standard input.

Requests are served one after another: moto itself guards nothing against requests that run beside each other, and what
is tried here promises to be atomic.
"""

import sys
import threading
import time

import moto.sqs.models as queues
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

now_ms = int(time.time() * 1000)
refused = ""
lost = ""

queues.unix_time_millis = lambda date=None: now_ms
queues.unix_time = lambda date=None: now_ms / 1000
# moto shows a message one tick of the clock after its time, which never comes to a clock that stands still.
queues.Message.visible = property(lambda message: queues.unix_time_millis() >= message.visible_at)

moto_application = DomainDispatcherApplication(create_backend_app)
one_at_a_time = threading.Lock()


def application(environ, start_response):
    global lost
    with one_at_a_time:
        if refused and refused in environ.get("QUERY_STRING", ""):
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            start_response("403 Forbidden", [("Content-Type", "application/xml")])
            return [b"<Error><Code>AccessDenied</Code><Message>refused by order</Message></Error>"]
        if lost and environ.get("HTTP_X_AMZ_TARGET", "").endswith("." + lost):
            lost = ""
            list(moto_application(environ, lambda *_: None))
            start_response("500 Internal Server Error", [("Content-Type", "application/x-amz-json-1.0")])
            return [b'{"__type":"InternalServerError","message":"the answer is lost by order"}']
        return list(moto_application(environ, start_response))


class QuietHandler(MotoRequestHandler):
    def log_request(self, *_):
        pass


server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=QuietHandler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print("listening", server.server_port, flush=True)
for line in sys.stdin:
    order, _, rest = line.strip().partition(" ")
    if order == "advance":
        now_ms += int(rest)
    elif order == "refuse":
        refused = rest
    elif order == "lose":
        lost = rest
    print("done", flush=True)
