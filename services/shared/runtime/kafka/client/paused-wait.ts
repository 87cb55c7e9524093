import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js'

/** ms */
const pausedWaitMs = 100

/**
 * Lets consumers be patient only when nothing waits for them. kafkajs looks at its partitions again after `maxWaitTimeInMs`, so a partition
 * that was resumed during a long poll, or while all were paused, is not fetched before that: seconds on every assignment. A short wait
 * for all makes idle consumers ask all the time. So the wait is short while any partition is paused, and as configured otherwise.
 */
export function patchPausedWait(): void {
  const configured = new WeakMap<ConsumerGroup, number>()
  // The constructor's assignment of its option reaches this setter, since no class field shadows it.
  Object.defineProperty(ConsumerGroup.prototype, 'maxWaitTime', {
    configurable: true,
    get(this: ConsumerGroup): number {
      const patient = configured.get(this) ?? pausedWaitMs
      return this.subscriptionState.paused().length > 0 ? Math.min(pausedWaitMs, patient) : patient
    },
    set(this: ConsumerGroup, waitMs: number) {
      configured.set(this, waitMs)
    },
  })
}
