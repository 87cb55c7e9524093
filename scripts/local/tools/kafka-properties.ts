import { singleBrokerProperties } from '../../../services/shared/contracts/deployment.ts'

/** Identity of the one-node cluster: any 16 bytes in base64url; fixed so that a data directory fits every start. */
export const clusterId = 'YnJlYWt3YXRlcmxvY2FsMQ'

/** For a shop on a laptop: the default of 1 GiB would be most of its memory. */
export const heap = ['-Xms96m', '-Xmx256m']

interface Addresses {
  /** Where the broker listens for clients, `host:port`. */
  readonly listen: string
  /** What clients are told to dial, `host:port`. */
  readonly advertise: string
  /** Where the broker reaches itself, `host:port`: to check a transaction it asks its coordinator over the network. */
  readonly internal: string
  readonly controller: string
  readonly dataDir: string
}

/** One KRaft node, broker and controller in one process, small: a laptop has few cores and few clients. */
export function brokerProperties({ listen, advertise, internal, controller, dataDir }: Addresses): Record<string, string> {
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.listener.names': 'CONTROLLER',
    'controller.quorum.voters': `1@${controller}`,
    listeners: `PLAINTEXT://${listen},INTERNAL://${internal},CONTROLLER://${controller}`,
    'advertised.listeners': `PLAINTEXT://${advertise},INTERNAL://${internal}`,
    'inter.broker.listener.name': 'INTERNAL',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,INTERNAL:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': dataDir,
    ...singleBrokerProperties,
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.num.partitions': '4',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    // Otherwise the controller writes an empty record to its own log twice a second.
    'metadata.max.idle.interval.ms': '0',
    'num.network.threads': '1',
    'num.io.threads': '2',
    'background.threads': '2',
    'log.cleaner.threads': '1',
    'num.recovery.threads.per.data.dir': '1',
  }
}
