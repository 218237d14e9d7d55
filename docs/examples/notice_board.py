"""An invented channel in under 60 lines: a notice board. Customers pin notes; answers appear below them. Needs Python 3.9 and nothing else.
  python3 notice_board.py <webhook address of the channel> <its secret> <port>
The channel's replyUrl is http://<this machine>:<port>/replies (with allowPrivateReplyUrl while you try it).
Pin:   curl -d '{"id":"note-1","by":"ann","text":"Is anybody there?"}' localhost:<port>/notes
Read:  curl localhost:<port>/notes/ann
"""
import base64, hashlib, hmac, json, sys, time, urllib.error, urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

hook, secret, port = sys.argv[1:4]
key = base64.b64decode(secret[len("whsec_"):])
board = {}


def sign(id, at, body):
    return "v1," + base64.b64encode(hmac.new(key, f"{id}.{at}.".encode() + body, hashlib.sha256).digest()).decode()


def tell(note):
    """Customer to hub. The id stays the same at every try, so the hub keeps the note once."""
    body = json.dumps({"id": note["id"], "thread": note["by"], "from": {"id": note["by"], "name": note["by"]}, "text": note["text"]}).encode()
    for attempt in range(100):
        at = str(int(time.time()))
        headers = {"content-type": "application/json", "webhook-id": note["id"], "webhook-timestamp": at, "webhook-signature": sign(note["id"], at, body)}
        try:
            return urllib.request.urlopen(urllib.request.Request(hook, body, headers))
        except urllib.error.HTTPError as error:
            if error.code < 500 and error.code != 429:
                raise ValueError(error.read().decode())
        except OSError:
            pass
        time.sleep(min(30, 0.5 * 2 ** attempt))


def pin(headers, body):
    """Hub to customer, if the hub signed it lately. A reply that comes twice is pinned once."""
    at = headers.get("webhook-timestamp", "0")
    expected = sign(headers.get("webhook-id", ""), at, body)
    genuine = any(hmac.compare_digest(each, expected) for each in headers.get("webhook-signature", "").split(" "))
    if not genuine or abs(time.time() - int(at)) > 300:
        return 401
    reply = json.loads(body)
    if reply["type"] == "message.created":
        board.setdefault(reply["thread"], {}).setdefault(reply["id"], reply["text"])
    return 200


class Board(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        try:
            self.answer(pin(self.headers, body) if self.path == "/replies" else tell(json.loads(body)) and 200)
        except ValueError as error:
            self.answer(400, str(error))

    def do_GET(self):
        self.answer(200, [{"id": id, "text": text} for id, text in board.get(self.path[len("/notes/"):], {}).items()])

    def answer(self, status, value="ok"):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(value).encode())

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(port)), Board)
print("the board is up", flush=True)
server.serve_forever()
