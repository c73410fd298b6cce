"""A small OpenID Connect provider for tests: a real program on a real port, with discovery, codes, PKCE and tokens."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider(ThreadingHTTPServer):
    """Knows one person; `person` may be changed by the test. Gives out each code once."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.person = {"sub": "u-1", "email": "ana@example.org", "email_verified": True, "name": "Ana Kodra"}
        self.codes, self.tokens = {}, {}

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *problem):
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlsplit(self.path)
        said = {key: values[0] for key, values in parse_qs(url.query).items()}
        if url.path == "/.well-known/openid-configuration":
            home = self.server.address
            self._answer(
                {"issuer": home, "authorization_endpoint": f"{home}/authorize", "token_endpoint": f"{home}/token",
                 "userinfo_endpoint": f"{home}/me", "jwks_uri": f"{home}/keys",
                 "token_endpoint_auth_methods_supported": ["client_secret_post"]}
            )  # fmt: skip
        elif url.path == "/authorize":
            code = secrets.token_urlsafe(16)
            self.server.codes[code] = said
            self.send_response(302)
            self.send_header("Location", said["redirect_uri"] + "?" + urlencode({"code": code, "state": said["state"]}))
            self.end_headers()
        elif url.path == "/me":
            self._answer(self.server.tokens[self.headers["Authorization"].removeprefix("Bearer ")])
        else:
            self._answer({"keys": []})

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        said = {key: values[0] for key, values in parse_qs(body).items()}
        asked = self.server.codes.pop(said.get("code", ""), None)
        if asked is None or said["client_secret"] != "s3cret" or not _proves(said, asked):
            self._answer({"error": "invalid_grant"}, status=400)
            return
        token = secrets.token_urlsafe(16)
        self.server.tokens[token] = dict(self.server.person)
        claims = {"iss": self.server.address, "aud": said["client_id"], "iat": time.time(), "exp": time.time() + 60}
        signed = jwt.encode({**claims, **self.server.person}, KEY, algorithm="RS256")
        self._answer({"access_token": token, "token_type": "Bearer", "id_token": signed})

    def _answer(self, data, status=200):
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


def _proves(said, asked):
    digest = hashlib.sha256(said.get("code_verifier", "").encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=") == asked.get("code_challenge")
