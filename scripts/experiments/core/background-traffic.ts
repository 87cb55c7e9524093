/** Customers that go on while things are broken, so that there is something to lose. `Outcome` is what became of their requests. */
export interface BackgroundTraffic<Outcome> {
  /** Does something while no request is sent; one that is being sent is waited for. */
  quietly<Result>(work: () => Promise<Result>): Promise<Result>
  /** No further request; returns when the last one is answered. */
  stop(): Promise<Outcome>
}

/** Nobody but the experiment sends: for services whose customers are not ours to play. */
export const noTraffic: BackgroundTraffic<void> = { quietly: (work) => work(), stop: async () => {} }
