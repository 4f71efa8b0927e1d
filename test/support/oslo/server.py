"""An RPC server as OpenStack's services are: server.py URL EXCHANGE TOPIC. Prints "ready", then one line for each call that it begins."""
import sys
import threading

import oslo_messaging
from oslo_config import cfg

url, exchange, topic = sys.argv[1:]
lock = threading.Lock()


class Endpoint:
    def work(self, context, text):
        with lock:
            print(text, flush=True)
        return "done " + text


conf = cfg.CONF
conf([], project="tideover-test", default_config_files=[], default_config_dirs=[])
transport = oslo_messaging.get_rpc_transport(conf, url=url)
target = oslo_messaging.Target(exchange=exchange, topic=topic, server="host1")
server = oslo_messaging.get_rpc_server(transport, target, [Endpoint()], executor="threading")
server.start()
print("ready", flush=True)
sys.stdin.read()
server.stop()
server.wait()
