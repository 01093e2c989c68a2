"""Any model behind a local server, to practise using the client without a key.

What a server must withstand (half requests, slow clients, clients that leave, wrong lengths) is
left to Tornado, which Jupyter brings along. `api.py` decides who may ask, and what is answered.
"""

from __future__ import annotations

import asyncio
import math
import socket
import threading

from tornado.httpserver import HTTPServer
from tornado.web import Application

from rememberer_lite.llm.api import Completions, Handler, Models
from rememberer_lite.llm.base import LLM
from rememberer_lite.state import RemembererError

HOST = "127.0.0.1"  # loopback only: nobody else can reach it
#: seconds for a request's head, and for its body
SLOWEST = 20.0


class Server:
    """Serves `llm` as chat completions under http://127.0.0.1:<port>/v1.

    Use it in a `with` block, or between `start` and `close`.

    The model sees the texts of all messages, joined by line ends; for one message, as `OpenAILLM`
    sends it, that is the prompt itself. `stop` is honoured. Sampling settings of a request
    (temperature, max_tokens) are not: the model keeps its own. Pages of a
    browser are refused: only programs on this machine are answered.

    Args:
        llm: any model.
        port: 0 takes a free one, which `url` shows.

    Raises:
        RemembererError: if the port is in use or not allowed.
    """

    def __init__(self, llm: LLM, port: int = 0) -> None:
        self.llm = llm
        try:
            if not 0 <= port < 2**16:
                raise OSError("no port has this number")
            self.socket = socket.create_server((HOST, port))
        except OSError as error:
            raise RemembererError(
                f"cannot serve on port {port} ({error}): choose another one, or 0 for any free one"
            ) from error
        self.socket.setblocking(False)
        self.server_address: tuple[str, int] = self.socket.getsockname()
        self._loop = asyncio.new_event_loop()
        self._ended = threading.Event()  # an interrupted join cannot be resumed
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self) -> str:
        """What to pass as `OpenAILLM(base_url=…)`."""
        return f"http://{HOST}:{self.server_address[1]}/v1"

    def start(self) -> Server:
        """Serve in a thread of its own, until `close`."""
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop serving, and release the port."""
        if self._thread.ident is None:  # it was never started
            self._loop.close()
        elif not self._ended.is_set():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._ended.wait()
        self.socket.close()

    def _serve(self) -> None:
        """The thread's work: answer until the loop is stopped."""
        asyncio.set_event_loop(self._loop)
        application = Application(
            [(r"/v1/models/?", Models), (r"/v1/chat/completions/?", Completions)],
            default_handler_class=Handler,
            log_function=lambda handler: None,  # a class's terminal is for its own output
            llm=self.llm,
        )
        http = HTTPServer(
            application,
            max_body_size=math.inf,  # `Handler` limits it, and says so
            idle_connection_timeout=SLOWEST,
            body_timeout=SLOWEST,
        )
        http.add_socket(self.socket)
        self._loop.run_forever()
        http.stop()
        self._loop.run_until_complete(http.close_all_connections())
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.close()
        self._ended.set()

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def wait(self) -> None:
        """Serve until Ctrl-C."""
        self._ended.wait()

    def __repr__(self) -> str:
        return f"Server(model={self.llm.model!r}, url={self.url!r})"
