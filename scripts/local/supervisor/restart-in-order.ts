import type { LivePolicy } from './live-policy.ts'
import type { RunningReplica } from './replica.ts'

/** Restarts that were asked for, and what is to be done about them as processes change. */
export interface Restarts {
  /** Fulfilled when the app has been told to end. */
  begin(replica: RunningReplica): Promise<void>
  /** To be called whenever the status of a process has changed. */
  changed(): void
}

/**
 * A replica gets no requests from before its app ends until it is ready again, as a pod in a cluster. Otherwise its callers' breakers
 * would see it fail, and leave it alone for their `baseEjectionTime` after it is back.
 * @param policy undefined while the shop starts
 */
export function restartsInOrder(policy: () => Pick<LivePolicy, 'withdraw' | 'readmit'> | undefined): Restarts {
  /** Withdrawn replica → process of its app by then, if it had one. */
  const away = new Map<RunningReplica, number | undefined>()
  return {
    begin: async (restarted) => {
      const { app, replica } = restarted
      if (!away.has(restarted)) await policy()?.withdraw(replica.name)
      away.set(restarted, app.pid())
      app.restart()
    },
    changed: () => {
      for (const [restarted, before] of away) {
        const { app, replica } = restarted
        const pid = app.pid()
        if (pid === undefined || pid === before || app.status() !== 'ready') continue
        away.delete(restarted)
        void policy()?.readmit(replica.name)
      }
    },
  }
}
