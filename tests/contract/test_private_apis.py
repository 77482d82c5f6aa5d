"""What this project uses of its libraries that they do not promise: one test for each, with the version it was read in.

When one fails after an update, read the place anew, then the code that stands on it.
"""

from __future__ import annotations

import asyncio
import inspect
from importlib.metadata import version

import channels.consumer
import channels_redis.pubsub
import channels_redis.utils
import daphne.cli
import daphne.http_protocol
import daphne.server
import daphne.ws_protocol
import pytest
import redis.asyncio.client
from autobahn.twisted.websocket import WebSocketAdapterProtocol
from autobahn.websocket.protocol import (
    WebSocketProtocol,
    WebSocketServerFactory,
    WebSocketServerProtocol,
)
from autobahn.websocket.types import ConnectionDeny
from django.contrib.staticfiles.storage import HashedFilesMixin
from twisted.internet import abstract, asyncioreactor, reactor, tcp
from twisted.internet.base import ReactorBase
from twisted.protocols.tls import BufferingTLSTransport
from twisted.web import http
from whitenoise.storage import CompressedManifestStaticFilesStorage


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
        ("channels", "4.3.2"),
        ("channels-redis", "4.3.0"),
        ("redis", "8.1.0"),
        ("django", "5.2.19"),
        ("whitenoise", "6.12.0"),
    ],
)
def test_the_installed_version_is_the_one_these_tests_were_written_for(package: str, read: str):
    assert version(package) == read


# Daphne


def test_daphne_4_2_3_puts_twisted_on_an_asyncio_loop_and_makes_it_the_loop_of_all():
    assert isinstance(reactor, asyncioreactor.AsyncioSelectorReactor)
    assert "asyncio.set_event_loop(reactor._asyncioEventloop)" in source(daphne.server.Server.run)


def test_daphne_4_2_3_throws_the_log_of_twisted_away_and_leaves_other_observers():
    run = source(daphne.server.Server.run)

    assert "[lambda _: None], redirectStandardIO=False, discardBuffer=True" in run
    assert "removeObserver" not in run


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


def test_daphne_4_2_3_hands_each_port_that_it_listens_on_to_listen_success():
    assert parameters(daphne.server.Server.listen_success) == ["self", "port"]
    assert "listener.addCallback(self.listen_success)" in source(daphne.server.Server.run)
    assert callable(tcp.Port.stopListening)


def test_daphne_4_2_3_ends_its_reactor_with_stop():
    assert "reactor.stop()" in source(daphne.server.Server.stop)
    assert "self.abort_start = True" in source(daphne.server.Server.stop)


def test_daphne_4_2_3_reads_how_long_an_application_may_go_on_each_time_it_looks():
    checker = source(daphne.server.Server.application_checker)

    assert "time.time() - disconnected > self.application_close_timeout" in checker
    assert "application_instance.cancel()" in checker


def test_daphne_4_2_3_hands_the_error_of_an_application_to_its_connection():
    checker = source(daphne.server.Server.application_checker)

    assert "protocol.handle_exception(exception)" in checker
    for kind in (daphne.ws_protocol.WebSocketProtocol, daphne.http_protocol.WebRequest):
        assert parameters(kind.handle_exception) == ["self", "exception"]


def test_daphne_4_2_3_takes_an_application_from_its_table_when_it_is_done():
    assert 'del self.connections[protocol]["application_instance"]' in source(
        daphne.server.Server.application_checker
    )


def test_daphne_4_2_3_makes_no_event_of_a_request_without_an_application():
    assert "if self.application_queue is None or" in source(
        inspect.unwrap(daphne.http_protocol.WebRequest.process)
    )


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


def test_daphne_4_2_3_says_twice_that_a_rejected_handshake_is_over():
    assert "self.server.protocol_disconnected(self)" in source(
        daphne.ws_protocol.WebSocketProtocol.serverReject
    )
    assert "self.server.protocol_disconnected(self)" in source(daphne.ws_protocol.WebSocketProtocol.onClose)


def test_daphne_4_2_3_takes_an_empty_message_for_none():
    body = source(daphne.ws_protocol.WebSocketProtocol.handle_reply)

    assert 'if message.get("text", None):' in body
    assert "websocket.send" in body


def test_daphne_4_2_3_knows_the_address_of_a_peer_once_it_has_connected():
    assert "self.client_addr = [str(peer.host), peer.port]" in source(
        daphne.ws_protocol.WebSocketProtocol.onConnect
    )


def test_daphne_4_2_3_waits_with_handshake_deferred_for_the_application():
    accept = source(daphne.ws_protocol.WebSocketProtocol.serverAccept)

    assert "self.handshake_deferred.callback" in accept
    assert "del self.handshake_deferred" in accept
    for other in ("serverReject", "handle_exception"):
        assert "self.handshake_deferred.errback" in source(
            getattr(daphne.ws_protocol.WebSocketProtocol, other)
        )


def test_daphne_4_2_3_checks_pings_through_check_timeouts_and_last_ping():
    body = source(daphne.ws_protocol.WebSocketProtocol.check_timeouts)

    assert "self.last_ping" in body
    assert "_sendAutoPing" in body


def test_daphne_4_2_3_knows_whether_a_response_has_begun():
    assert "self._response_started = False" in source(daphne.http_protocol.WebRequest.__init__)
    assert "protocol.requestFactory = WebRequest" in source(daphne.http_protocol.HTTPFactory.buildProtocol)


def test_daphne_4_2_3_fills_in_the_title_and_the_body_of_an_error_page():
    body = source(daphne.http_protocol.WebRequest.basic_error)

    assert "self.error_template" in body
    assert '"title":' in body
    assert '"body":' in body


def test_daphne_4_2_3_answers_a_request_through_its_handle_reply():
    assert parameters(daphne.http_protocol.WebRequest.handle_reply) == ["self", "message"]
    assert "self.responseHeaders.addRawHeader(header, value)" in source(
        daphne.http_protocol.WebRequest.handle_reply
    )
    assert "self.server = self.channel.factory.server" in source(daphne.http_protocol.WebRequest.__init__)


def test_daphne_4_2_3_imports_the_application_before_it_makes_the_server():
    body = source(daphne.cli.CommandLineInterface.run)

    assert 0 < body.index("self.load_asgi_app(") < body.index("self.server_class(")
    assert body.index("self.server_class(") < body.index("self.server.run()")


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


def test_autobahn_26_10_2_counts_the_states_of_a_connection_so():
    states = ("CLOSED", "CONNECTING", "CLOSING", "OPEN")

    assert [getattr(WebSocketProtocol, f"STATE_{name}") for name in states] == [0, 1, 2, 3]


def test_autobahn_26_10_2_refuses_a_handshake_for_which_connection_deny_was_raised():
    refusal = ConnectionDeny(503, "restarting")

    assert (refusal.code, refusal.reason) == (503, "restarting")
    assert "self.failHandshake(err.value.reason, err.value.code)" in source(
        WebSocketServerProtocol.processHandshake
    )


def test_autobahn_26_10_2_closes_with_a_frame_where_it_may_not_drop():
    body = source(WebSocketProtocol._fail_connection)

    assert "if self.failByDrop:" in body
    assert "self.sendCloseFrame(" in body
    assert "if not self.failedByMe:" in source(WebSocketProtocol.onMessageFrameEnd)


def test_autobahn_26_10_2_waits_for_the_answer_to_its_close_as_long_as_told():
    assert "self.closeHandshakeTimeout," in source(WebSocketProtocol.sendCloseFrame)
    assert "self.dropConnection(abort=True)" in source(WebSocketProtocol.onCloseHandshakeTimeout)


def test_autobahn_26_10_2_ends_every_connection_through_drop_connection():
    assert parameters(WebSocketProtocol.dropConnection) == ["self", "abort"]
    assert "self._closeConnection(abort)" in source(WebSocketProtocol.dropConnection)
    closing = source(WebSocketAdapterProtocol._closeConnection)
    assert "self.transport.abortConnection()" in closing
    assert "self.transport.loseConnection()" in closing


def test_autobahn_26_10_2_hands_over_messages_pings_and_the_end_so():
    assert parameters(WebSocketProtocol.onMessage) == ["self", "payload", "isBinary"]
    assert parameters(WebSocketProtocol.onPing) == ["self", "payload"]
    assert parameters(WebSocketProtocol.onClose) == ["self", "wasClean", "code", "reason"]
    assert "self.sendPong(payload)" in source(WebSocketProtocol.onPing)


def test_autobahn_26_10_2_consumes_data_in_any_state_of_an_open_connection():
    body = source(WebSocketProtocol.consumeData)

    for state in ("OPEN", "CLOSING", "CLOSED"):
        assert f"self.state == WebSocketProtocol.STATE_{state}" in body


def test_autobahn_26_10_2_takes_any_opcode_and_payload_in_send_frame():
    assert parameters(WebSocketProtocol.sendFrame)[:3] == ["self", "opcode", "payload"]
    assert "self.state" not in source(WebSocketProtocol.sendFrame)


def test_autobahn_26_10_2_sets_the_timer_of_a_ping_anew_without_a_look_at_the_former():
    body = source(WebSocketProtocol._sendAutoPing)

    assert "self.autoPingTimeoutCall = self.factory._batched_timer.call_later(" in body
    assert "cancel" not in body


def test_autobahn_26_10_2_holds_send_message_but_not_send_frame_to_the_limit_of_what_comes_in():
    assert "maxMessagePayloadSize" in source(WebSocketProtocol.sendMessage)
    assert "maxMessagePayloadSize" not in source(WebSocketProtocol.sendFrame)


def test_autobahn_26_10_2_parses_in_a_loop_that_process_data_may_end():
    assert "while self.processData()" in source(WebSocketProtocol.consumeData)


def test_autobahn_26_10_2_tells_by_two_attributes_whether_a_message_may_begin():
    assert "if self.current_frame is None:" in source(WebSocketProtocol.processData)
    assert "self.inside_message = False" in source(WebSocketProtocol.onFrameEnd)
    assert "self.current_frame = None" in source(WebSocketProtocol.onFrameEnd)


def test_autobahn_26_10_2_does_no_more_with_a_text_of_one_frame_than_we_do():
    ended = source(WebSocketProtocol.onFrameEnd)
    for done in (
        "self.trafficStats.incomingWebSocketFrames += 1",
        "self.trafficStats.incomingWebSocketMessages += 1",
        "if self.autoPingTimeoutCall and self.autoPingRestartOnAnyTraffic:",
        "self._cancelAutoPingTimeoutCall()",
        "self._onMessageEnd()",
    ):
        assert done in ended
    assert "0 < self.maxMessagePayloadSize < self.message_data_total_length" in source(
        WebSocketProtocol.onMessageFrameBegin
    )
    assert "return len(self.data) > 0" in source(WebSocketProtocol.processData)


def test_autobahn_26_10_2_only_logs_what_twisted_has_received():
    received = source(WebSocketAdapterProtocol.dataReceived)
    logged, _, rest = received.partition("self._dataReceived(data)")
    assert rest.strip() == ""
    assert logged.count("(") == len(["def", "debug", "hltype", "hlval", "hlval", "len"])


def test_autobahn_26_10_2_counts_what_it_hands_to_the_transport():
    assert "self.trafficStats.outgoingOctetsWireLevel += len(data)" in source(WebSocketProtocol.sendData)


def test_autobahn_26_10_2_lays_out_its_configuration_by_a_name_of_its_module():
    assert "attrs=pformat(configAttrLog)" in source(WebSocketProtocol._connectionMade)
    assert "pformat" in WebSocketProtocol._connectionMade.__globals__


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
    assert "self._tempDataBuffer.append(data)" in source(abstract.FileDescriptor.write)
    assert "len(self.dataBuffer) + self._tempDataLen > self.bufferSize" in source(
        abstract.FileDescriptor._isSendBufferFull
    )


def test_twisted_26_10_0_writes_what_is_held_and_nothing_else_to_the_socket_of_a_transport():
    assert "self.socket.send, limitedData" in source(tcp.Connection.writeSomeData)
    assert tcp.Connection.TLS is False
    assert not issubclass(BufferingTLSTransport, tcp.Server), (
        "which passes on what is asked of the transport below"
    )
    assert "self.socket: socket.socket = skt" in source(tcp.Connection.__init__)


def test_twisted_26_10_0_pauses_a_producer_above_64_kib():
    assert abstract.FileDescriptor.bufferSize == 64 * 1024


def test_twisted_26_10_0_lists_who_can_be_read():
    assert all(hasattr(reader, "doRead") for reader in reactor.getReaders())


def test_twisted_26_10_0_lists_who_has_something_to_write():
    assert reactor.getWriters() == [] or all(hasattr(writer, "doWrite") for writer in reactor.getWriters())
    assert hasattr(tcp.Server, "getHandle")


def test_twisted_26_10_0_gives_each_http_connection_the_time_of_its_factory():
    assert "p.timeOut = self.timeOut" in source(http.HTTPFactory.buildProtocol)


def test_twisted_26_10_0_hides_the_channel_whose_class_of_requests_and_time_it_passes_on():
    hidden = http._GenericHTTPChannelProtocol
    channel = hidden(http.HTTPChannel())

    channel.requestFactory, channel.timeOut = http.Request, 7

    assert isinstance(channel._channel, http.HTTPChannel)
    assert channel._channel.requestFactory is http.Request
    assert channel._channel.timeOut == 7


def test_twisted_26_10_0_measures_the_silence_of_a_request_by_methods_of_its_channel():
    assert "self.setTimeout(self.timeOut)" in source(http.HTTPChannel.connectionMade)
    assert "self.resetTimeout()" in source(http.HTTPChannel.dataReceived)
    assert "self.setTimeout(self._savedTimeOut)" in source(http.HTTPChannel.requestDone)


def test_twisted_26_10_0_does_not_measure_while_a_request_is_answered():
    assert "self._savedTimeOut = self.setTimeout(None)" in source(http.HTTPChannel.allContentReceived)


def test_twisted_26_10_0_ends_a_connection_after_the_answer_when_it_is_not_persistent():
    done = source(http.HTTPChannel.requestDone)

    assert done.index("if self.persistent:") < done.index("else:\n            self.loseConnection()")


def test_twisted_26_10_0_leaves_a_request_without_channel_when_its_connection_is_lost():
    assert "self.channel = None" in source(http.Request.connectionLost)


def test_twisted_26_10_0_registers_an_http_channel_as_the_producer_of_its_connection():
    assert "registerProducer(self, True)" in source(http.HTTPChannel.connectionMade)


def test_twisted_26_10_0_cannot_be_stopped_twice():
    assert "raise error.ReactorNotRunning" in source(ReactorBase.stop)


# Channels, channels-redis and redis-py


def test_channels_4_3_2_sends_by_base_send():
    assert "await self.base_send(message)" in source(channels.consumer.AsyncConsumer.send)


def test_channels_redis_4_3_0_asks_the_layer_of_the_loop_for_whatever_is_called():
    layer = channels_redis.pubsub.RedisPubSubChannelLayer(["redis://x"], prefix="y")

    assert (layer._args, layer._kwargs, layer._layers) == ((["redis://x"],), {"prefix": "y"}, {})
    assert "obj._get_layer()" in source(channels_redis.pubsub._async_proxy)
    assert layer.deserialize(layer.serialize({"type": "x"})) == {"type": "x"}


def test_channels_redis_4_3_0_flushes_a_layer_when_its_loop_closes():
    class Proxy:
        _layers: dict[asyncio.AbstractEventLoop, object]

    class Layer:
        is_flushed = False

        async def flush(self) -> None:
            self.is_flushed = True

    loop, proxy, layer = asyncio.new_event_loop(), Proxy(), Layer()
    proxy._layers = {loop: layer}
    channels_redis.utils._wrap_close(proxy, loop)

    loop.close()

    assert layer.is_flushed
    assert proxy._layers == {}


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


def test_redis_8_1_0_lets_a_subscriber_be_made_of_a_pool_and_connected_by_hand():
    pubsub = redis.asyncio.client.PubSub(redis.asyncio.ConnectionPool())

    assert pubsub.connection is None
    assert inspect.iscoroutinefunction(pubsub.connect)
    assert parameters(pubsub.on_connect) == ["connection"]


def test_redis_8_1_0_closes_connections_in_use_with_their_pool():
    disconnect = redis.asyncio.ConnectionPool.disconnect

    assert inspect.signature(disconnect).parameters["inuse_connections"].default is True


# Static files


def test_django_5_2_19_rewrites_imports_of_scripts_unless_told_otherwise():
    assert "support_js_module_import_aggregation" in vars(HashedFilesMixin)
    assert parameters(HashedFilesMixin.stored_name) == ["self", "name"]


def test_whitenoise_6_12_0_is_djangos_storage_with_another_post_process():
    storage = CompressedManifestStaticFilesStorage

    assert issubclass(storage, HashedFilesMixin)
    assert parameters(storage.post_process) == ["self", "args", "kwargs"]
