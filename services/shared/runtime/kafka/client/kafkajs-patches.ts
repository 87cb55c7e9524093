import RequestQueue from 'kafkajs/src/network/requestQueue/index.js'

const original = RequestQueue.prototype.scheduleCheckPendingRequests

/**
 * Stops kafkajs' idle timers. After its first response every connection re-arms a timer with the delay `-1 - now`, which Node turns
 * into 1 ms, for ever (and Node 24 warns of it): about 5 % of a core in a process that does nothing.
 * A check is only needed while requests are held back; otherwise the next response makes it.
 * https://github.com/tulios/kafkajs/issues/1751
 * @returns puts the original back
 */
export function patchIdleTimers(): () => void {
  RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    if (this.pending.length > 0) original.call(this)
  }
  return () => {
    RequestQueue.prototype.scheduleCheckPendingRequests = original
  }
}
