/** Words for the linter's rules; the others are named by the rule. */
const KINDS: Readonly<Record<string, string>> = {
  "1password": "A 1Password service account token",
  anthropic: "An Anthropic API key",
  aws: "An AWS secret",
  basicauth: "A user's password in an address",
  cloudflare: "A Cloudflare API token",
  "database-connection-string": "A database's password in its connection string",
  databricks: "A Databricks token",
  docker: "A Docker access token",
  figma: "A Figma access token",
  gcp: "A Google Cloud private key",
  github: "A GitHub token",
  gitlab: "A GitLab access token",
  grafana: "A Grafana token",
  groq: "A Groq API key",
  "hashicorp-vault": "A Vault token",
  huggingface: "A Hugging Face access token",
  linear: "A Linear API token",
  notion: "A Notion integration token",
  npm: "An npm access token",
  openai: "An OpenAI API key",
  privatekey: "A private key",
  sendgrid: "A SendGrid API key",
  shopify: "A Shopify access token",
  slack: "A Slack token or webhook",
  stripe: "A Stripe key",
  tailscale: "A Tailscale key",
  vercel: "A Vercel token",
};

/** What was found, as the beginning of a sentence. */
export function kindOfSecret(rule: string, messageId: string): string {
  return KINDS[rule] ?? `A credential (${rule}: ${messageId})`;
}
