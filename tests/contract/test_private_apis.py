"""What this project uses of its libraries that they do not promise: one test for each, with the version it was read in.

When one fails after an update, read the place anew, then the code that stands on it.
"""

from __future__ import annotations

import inspect
from importlib.metadata import version

import channels_redis.pubsub
import channels_redis.utils
import daphne.cli
import daphne.http_protocol
import daphne.server
import daphne.ws_protocol
import pytest
import redis.asyncio.client
from autobahn.websocket.protocol import (
    WebSocketProtocol,
    WebSocketServerFactory,
    WebSocketServerProtocol,
)
from twisted.internet import abstract, reactor, tcp
from twisted.web import http


def source(thing: object) -> str:
    return inspect.getsource(thing)  # type: ignore[arg-type]


def parameters(function: object) -> list[str]:
    return list(inspect.signature(function).parameters)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("package", "read"),
    [
        ("daphne", "4.2.3"),
        ("autobahn", "26.10.2"),
        ("twisted", "26.10.0"),
        ("channels-redis", "4.3.0"),
        ("redis", "8.1.0"),
    ],
)
def test_the_installed_version_is_the_one_these_tests_were_written_for(package: str, read: str):
    assert version(package) == read


# Daphne


def test_daphne_4_2_3_makes_both_factories_before_the_reactor_runs():
    run = source(daphne.server.Server.run)

    for name in ("self.http_factory = HTTPFactory(self)", "self.ws_factory = WebSocketFactory("):
        assert 0 < run.index(name) < run.index("reactor.run(")


def test_daphne_4_2_3_asks_its_factory_class_attribute_for_the_protocol():
    assert daphne.ws_protocol.WebSocketFactory.protocol is daphne.ws_protocol.WebSocketProtocol
    assert "self.server = self.factory.server_class" in source(daphne.ws_protocol.WebSocketProtocol.onConnect)


def test_daphne_4_2_3_registers_kill_all_applications_as_its_one_step_before_shutdown():
    run = source(daphne.server.Server.run)

    assert run.count("addSystemEventTrigger") == 1
    assert 'addSystemEventTrigger("before", "shutdown", self.kill_all_applications)' in run


def test_daphne_4_2_3_takes_the_application_queue_from_create_application():
    assert parameters(daphne.server.Server.create_application) == ["self", "protocol", "scope"]
    body = source(daphne.server.Server.create_application)
    assert 'self.connections[protocol]["application_instance"]' in body
    assert "return input_queue" in body
    assert "self.application_queue.put_nowait" in source(daphne.ws_protocol.WebSocketProtocol.onMessage)


def test_daphne_4_2_3_hands_every_reply_through_handle_reply():
    assert parameters(daphne.server.Server.handle_reply) == ["self", "protocol", "message"]
    assert inspect.iscoroutinefunction(daphne.server.Server.handle_reply)
    assert parameters(daphne.ws_protocol.WebSocketProtocol.handle_reply) == ["self", "message"]
    assert parameters(daphne.ws_protocol.WebSocketProtocol.serverSend) == ["self", "content", "binary"]


def test_daphne_4_2_3_marks_a_connection_that_has_ended_in_its_table():
    assert '["disconnected"] = time.time()' in source(daphne.server.Server.protocol_disconnected)


def test_daphne_4_2_3_waits_with_handshake_deferred_for_the_application():
    accept = source(daphne.ws_protocol.WebSocketProtocol.serverAccept)

    assert "self.handshake_deferred.callback" in accept
    assert "del self.handshake_deferred" in accept


def test_daphne_4_2_3_checks_pings_through_check_timeouts_and_last_ping():
    body = source(daphne.ws_protocol.WebSocketProtocol.check_timeouts)

    assert "self.last_ping" in body
    assert "_sendAutoPing" in body


def test_daphne_4_2_3_knows_whether_a_response_has_begun():
    assert "self._response_started = False" in source(daphne.http_protocol.WebRequest.__init__)
    assert "protocol.requestFactory = WebRequest" in source(daphne.http_protocol.HTTPFactory.buildProtocol)


def test_daphne_4_2_3_builds_its_server_from_the_class_attribute_and_names_the_options_so():
    body = source(daphne.cli.CommandLineInterface.run)

    assert "self.server = self.server_class(" in body
    options = daphne.cli.CommandLineInterface().parser.parse_args(["app:app"])
    for name in ("access_log", "server_name", "ping_interval", "ping_timeout", "websocket_timeout",
                 "websocket_connect_timeout", "websocket_max_message_size", "websocket_max_frame_size"):  # fmt: skip
        assert hasattr(options, name)


# autobahn


def test_autobahn_26_10_2_does_not_restrict_the_codes_of_send_close_frame():
    body = source(WebSocketProtocol.sendCloseFrame)

    assert parameters(WebSocketProtocol.sendCloseFrame) == ["self", "code", "reasonUtf8", "isReply"]
    assert "invalid close code" not in body
    assert "invalid close code" in source(WebSocketProtocol.sendClose)


def test_autobahn_26_10_2_holds_send_message_but_not_send_frame_to_the_limit_of_what_comes_in():
    assert "maxMessagePayloadSize" in source(WebSocketProtocol.sendMessage)
    assert "maxMessagePayloadSize" not in source(WebSocketProtocol.sendFrame)


def test_autobahn_26_10_2_parses_in_a_loop_that_process_data_may_end():
    assert "while self.processData()" in source(WebSocketProtocol.consumeData)


def test_autobahn_26_10_2_counts_what_it_hands_to_the_transport():
    assert "self.trafficStats.outgoingOctetsWireLevel += len(data)" in source(WebSocketProtocol.sendData)


def test_autobahn_26_10_2_forgets_a_ping_timer_that_has_run():
    assert "self.autoPingTimeoutCall = None" in source(WebSocketProtocol.onAutoPingTimeout)


def test_autobahn_26_10_2_begins_so_what_it_says_of_an_origin_that_it_cannot_read():
    body = source(WebSocketServerProtocol.processHandshake)

    assert body.count('"HTTP Origin header ') == 2
    assert parameters(WebSocketServerProtocol.failHandshake) == ["self", "reason", "code", "responseHeaders"]


def test_autobahn_26_10_2_forgets_that_null_is_allowed_whenever_another_option_is_set():
    assert (
        inspect.signature(WebSocketServerFactory.setProtocolOptions).parameters["allowNullOrigin"].default
        is False
    )


# Twisted


def test_twisted_26_10_0_keeps_what_it_holds_in_three_attributes():
    assert {"dataBuffer", "offset"} <= vars(abstract.FileDescriptor).keys()
    assert "len(self.dataBuffer) + self._tempDataLen > self.bufferSize" in source(
        abstract.FileDescriptor._isSendBufferFull
    )


def test_twisted_26_10_0_pauses_a_producer_above_64_kib():
    assert abstract.FileDescriptor.bufferSize == 64 * 1024


def test_twisted_26_10_0_lists_who_has_something_to_write():
    assert reactor.getWriters() == [] or all(hasattr(writer, "doWrite") for writer in reactor.getWriters())
    assert hasattr(tcp.Server, "getHandle")


def test_twisted_26_10_0_gives_each_http_connection_the_time_of_its_factory():
    assert "p.timeOut = self.timeOut" in source(http.HTTPFactory.buildProtocol)


# channels-redis and redis-py


def test_channels_redis_4_3_0_keeps_one_layer_for_each_loop():
    body = source(channels_redis.pubsub.RedisPubSubChannelLayer)

    assert "self._layers[loop] = layer" in body
    assert "_wrap_close(self, loop)" in body
    assert parameters(channels_redis.utils._wrap_close) == ["proxy", "loop"]
    assert {"_args", "_kwargs", "_layers"} <= set(
        vars(channels_redis.pubsub.RedisPubSubChannelLayer(["redis://x"]))
    )


def test_channels_redis_4_3_0_makes_a_pool_from_the_options_of_a_host():
    (host,) = channels_redis.utils.decode_hosts([{"address": "redis://127.0.0.1:1/0", "socket_timeout": 3}])

    assert channels_redis.utils.create_pool(host).make_connection().socket_timeout == 3


def test_redis_8_1_0_calls_on_connect_of_a_subscriber_on_every_reconnection_but_not_the_first_time():
    connect = source(redis.asyncio.client.PubSub.connect)

    assert connect.index("get_connection()") < connect.index("register_connect_callback(self.on_connect)")
    assert "await conn.connect()" in source(redis.asyncio.client.PubSub._reconnect)
