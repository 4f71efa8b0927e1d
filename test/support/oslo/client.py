"""A caller as OpenStack's are: client.py URL EXCHANGE TOPIC. Reads lines "call TEXT", "host TEXT", "cast TEXT" and "fanout TEXT"; prints each answer."""
import sys
import threading

import oslo_messaging
from oslo_config import cfg

url, exchange, topic = sys.argv[1:]
lock = threading.Lock()

conf = cfg.CONF
conf([], project="tideover-test", default_config_files=[], default_config_dirs=[])
transport = oslo_messaging.get_rpc_transport(conf, url=url)
target = oslo_messaging.Target(exchange=exchange, topic=topic)
client = oslo_messaging.get_rpc_client(transport, target, timeout=60)


def call(prepared, text):
    try:
        answer = prepared.call({}, "work", text=text)
    except Exception as error:
        answer = "failed %s: %r" % (text, error)
    with lock:
        print(answer, flush=True)


threads = []
print("ready", flush=True)
for line in sys.stdin:
    kind, text = line.split()
    if kind == "cast":
        client.cast({}, "work", text=text)
    elif kind == "fanout":
        client.prepare(fanout=True).cast({}, "work", text=text)
    else:
        prepared = client.prepare(server="host1") if kind == "host" else client
        threads.append(threading.Thread(target=call, args=(prepared, text)))
        threads[-1].start()
for thread in threads:
    thread.join()
