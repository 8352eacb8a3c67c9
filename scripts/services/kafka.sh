#!/usr/bin/env bash
# Apache Kafka for integration tests: one KRaft node on 127.0.0.1, with a listener of each security protocol.
#
#   kafka.sh install|start|stop|kill9|ready|status|wipe|env
#
# env prints what the tests read: eval "$(kafka.sh env)". Users: alice/alice-secret (PLAIN), bob/bob-secret (SCRAM).
# KAFKA_PORT is that of PLAINTEXT (default 9092); the next ones are the controller, SASL_PLAINTEXT, SSL and SASL_SSL.
NAME=kafka
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

VERSION=${KAFKA_VERSION:-4.1.0}
JARS=$HOME_DIR/jars
TLS=$HOME_DIR/tls
PORT=${KAFKA_PORT:-9092}
CONTROLLER=$((PORT + 1)) SASL=$((PORT + 2)) SSL=$((PORT + 3)) SASL_SSL=$((PORT + 4))
PORTS="$PORT $CONTROLLER $SASL $SSL $SASL_SSL" PORT_VARIABLE=KAFKA_PORT

install() {
  maven_jars "$JARS" "org.apache.kafka:kafka_2.13:$VERSION" "org.apache.kafka:kafka-tools:$VERSION" \
    org.apache.logging.log4j:log4j-core:2.25.1 org.apache.logging.log4j:log4j-slf4j-impl:2.25.1
}

# An authority of its own, and a server certificate for localhost.
certificates() {
  [ -f "$TLS/server.p12" ] && return
  need openssl openssl
  mkdir -p "$TLS"
  (
    cd "$TLS" && set -e
    openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=test-authority -keyout ca.key -out ca.pem
    openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr
    echo 'subjectAltName=DNS:localhost,IP:127.0.0.1' >names
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -extfile names -out server.pem
    openssl pkcs12 -export -in server.pem -inkey server.key -certfile ca.pem -passout pass:changeit -out server.p12
  ) >>"$LOG" 2>&1 || die "openssl could not make certificates, see $LOG"
}

# One node needs replication factor 1 for every internal topic. Checks that by default take minutes run each second, so
# that tests of retention and compaction end.
properties() {
  local scram='org.apache.kafka.common.security.scram.ScramLoginModule required;'
  local plain='org.apache.kafka.common.security.plain.PlainLoginModule required user_alice="alice-secret";'
  local listeners="PLAINTEXT://127.0.0.1:$PORT,SASL_PLAINTEXT://127.0.0.1:$SASL,SSL://127.0.0.1:$SSL,SASL_SSL://127.0.0.1:$SASL_SSL"
  cat <<END
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$CONTROLLER
controller.listener.names=CONTROLLER
listeners=$listeners,CONTROLLER://127.0.0.1:$CONTROLLER
advertised.listeners=$listeners
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL
inter.broker.listener.name=PLAINTEXT
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
ssl.keystore.location=$TLS/server.p12
ssl.keystore.type=PKCS12
ssl.keystore.password=changeit
ssl.key.password=changeit
log.dirs=$DATA
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
log.cleaner.backoff.ms=500
log.retention.check.interval.ms=1000
log.initial.task.delay.ms=500
log.segment.delete.delay.ms=1000
END
  local listener mechanism
  for listener in sasl_plaintext sasl_ssl; do
    echo "listener.name.$listener.plain.sasl.jaas.config=$plain"
    for mechanism in scram-sha-256 scram-sha-512; do
      echo "listener.name.$listener.$mechanism.sasl.jaas.config=$scram"
    done
  done
}

start() {
  certificates
  properties >"$HOME_DIR/server.properties"
  cat >"$HOME_DIR/log4j2.properties" <<'END'
rootLogger.level=WARN
rootLogger.appenderRef.console.ref=console
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d %p %c{1} %m%n
END
  if [ ! -f "$DATA/meta.properties" ]; then
    rm -rf "$DATA"
    java -Xmx256m -cp "$JARS/*" kafka.tools.StorageTool format -t gospark-test-cluster-01 -c "$HOME_DIR/server.properties" \
      --add-scram 'SCRAM-SHA-256=[name=bob,password=bob-secret]' \
      --add-scram 'SCRAM-SHA-512=[name=bob,password=bob-secret]' >>"$LOG" 2>&1 || die "cannot format the storage, see $LOG"
  fi
  background java -Xms512m -Xmx512m -XX:+UseSerialGC -Dlog4j2.configurationFile="$HOME_DIR/log4j2.properties" \
    -cp "$JARS/*" kafka.Kafka "$HOME_DIR/server.properties"
}

# All listeners are open; a client still has to wait out the first seconds, in which the broker is being unfenced.
ready() { open_port "$PORT" && open_port "$SASL_SSL"; }

verb_wipe() {
  end_process TERM 30
  rm -rf "$DATA"
}

verb_env() {
  cat <<END
export GOSPARK_KAFKA=127.0.0.1:$PORT
export GOSPARK_KAFKA_SASL=127.0.0.1:$SASL
export GOSPARK_KAFKA_SSL=127.0.0.1:$SSL
export GOSPARK_KAFKA_SASL_SSL=127.0.0.1:$SASL_SSL
export GOSPARK_KAFKA_CA=$TLS/ca.pem
export GOSPARK_KAFKA_CTL=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/kafka.sh
END
}

run "$@"
