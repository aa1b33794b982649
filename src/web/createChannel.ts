/** Makes a channel of smee.io, whose webhooks `followProxy` can pass on. */
export async function createChannel(newChannelUrl = "https://smee.io/new"): Promise<string> {
  const response = await fetch(newChannelUrl, {
    method: "HEAD",
    redirect: "manual",
    signal: AbortSignal.timeout(5_000),
  });
  const address = response.headers.get("location");
  if (address === null) throw new Error(`making a webhook channel at ${newChannelUrl}: it answered ${response.status}`);
  return address;
}
