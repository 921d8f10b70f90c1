/** The chaos file that `busproof chaos --init` writes. */
export const CHAOS_TEMPLATE = `# yaml-language-server: $schema=./node_modules/busproof/docs/chaos.schema.json
# busproof chaos FILE runs load and faults against a system that runs already, and judges what the bus does.
# busproof chaos FILE --dry-run shows what it would do, without connecting to anything.

target:
  adapter: ./my-bus.ts         # a built-in name, a path or a package
  site: remote                 # a system that runs already; real starts one of its own
  address: { env: STAGING }    # or a text, { file: PATH }, { command: [PROGRAM, ARGUMENT] }
  allow: [127.0.0.1]           # hosts that may be used beside this machine
  # expect: { cluster: ID }    # pins the target; without it, a run ends by telling the ID, before it does anything

load:
  rate: 50/s                   # messages a second, whatever the bus bears
  ramp: 10s
  producers: 4
  nodes: 2                     # processes, each with a bus of its own
  topics: 2
  partitions: 3
  keys: { count: 1000, skew: 1 }
  size: { least: 100B, most: 10KB }
  groups: 2
  members: 2
  handlers: { failing: 1%, permanent: 0.5%, slow: 1%, slowFor: 200ms }

duration: 10m
epoch: 30s                     # what was sent in it is judged, and let go
seed: 1

faults:                        # on busproof's own links, which only the adapter uses; no kinds: only watch
  kinds: [refuse, reset, black-hole, latency]
  roles: [publish, consume, dead-letter]
  atOnce: 1
  lasts: { least: 1s, most: 5s }
  rest: { least: 3s, most: 10s }

thresholds:
  - violations == 0
  - unavailable < 30s
  - failed < 20%
  - p99(publish) < 10s over 1m

guards: []                     # each that is red, or cannot be read, ends the run
  # - { http: "http://127.0.0.1:8080/health", every: 5s }
  # - { command: [./is-somebody-testing.sh], every: 10s }
  # - { promql: "sum(rate(errors[1m]))", at: "http://127.0.0.1:9090", below: 1, every: 10s }

stop: { file: ./stop-chaos }   # while this file exists no run starts, and a running one ends

# histories: { folder: ./histories, keep: 10 }   # of the last epochs, for busproof check
# serve: { port: 9464 }        # GET /metrics for Prometheus; POST /stop ends the run, and leaves the file above
# traces: { otlp: "http://127.0.0.1:4318" }   # epochs and faults as spans of OpenTelemetry
`
