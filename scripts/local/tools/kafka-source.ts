/** Where a broker has to live. */
export interface BrokerPlace {
  /** Directory of the log; made when it is missing. */
  readonly dataDir: string
  /** Port of 127.0.0.1 for clients. */
  readonly port: number
  /** Port that clients are told to dial, when something stands in front of the broker. */
  readonly advertisedPort?: number
  /** Port of 127.0.0.1 where the broker reaches itself. */
  readonly internalPort: number
  /** Port of 127.0.0.1 for the KRaft controller, which lives in the same process. */
  readonly controllerPort: number
}

/** A process to start, and what must be done when it has ended, however it ended. */
export interface BrokerLaunch {
  readonly command: string
  readonly args: readonly string[]
  /** Beside what every process gets. */
  readonly env?: Readonly<Record<string, string>>
  readonly cleanUp: () => Promise<void>
}

/** Either brokers that run already, or a way to run one. */
export type KafkaSource =
  | { readonly kind: 'brokers'; readonly brokers: string }
  | {
      readonly kind: 'maven' | 'docker'
      /** Prepares the data directory and says which process to start. */
      readonly launch: (place: BrokerPlace) => Promise<BrokerLaunch>
      /** Removes a broker's data. */
      readonly purge: (dataDir: string) => Promise<void>
    }

/** A JVM with Kafka's classes. */
export interface KafkaProgram {
  readonly java: string
  /** Options of the JVM, before the name of a class. */
  readonly args: readonly string[]
  /** Beside what every process gets. */
  readonly env: Readonly<Record<string, string>>
}
