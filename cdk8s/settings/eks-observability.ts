import { settings as eks } from './eks.ts'
import { withObservability } from './with-observability.ts'

const region = 'eu-central-1'
/** Of the VPC: its interface endpoints of CloudWatch Logs, X-Ray and Amazon Managed Prometheus, and the API server. */
const network = '192.168.0.0/16'
const workspace = 'ws-00000000-0000-0000-0000-000000000000'

/** Region, network and workspace are placeholders. */
export const settings = withObservability(eks, {
  tracesPercent: 5,
  metricsEverySeconds: 30,
  stores: {
    kind: 'managed',
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html
    logs: {
      url: `https://logs.${region}.amazonaws.com/v1/logs`,
      headers: { 'x-aws-log-group': '/breakwater/pods', 'x-aws-log-stream': 'collector' },
      sigv4: { region, service: 'logs' },
    },
    traces: { url: `https://xray.${region}.amazonaws.com/v1/traces`, sigv4: { region, service: 'xray' } },
    metrics: {
      url: `https://aps-workspaces.${region}.amazonaws.com/workspaces/${workspace}/api/v1/remote_write`,
      sigv4: { region, service: 'aps' },
    },
    network,
  },
  apiServer: { network, port: 443 },
})
