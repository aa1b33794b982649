/** What makes programs inside use the egress proxy at a loopback port; the bridges to our own servers stay direct. */
export function egressEnvironment(port: number): Readonly<Record<string, string>> {
  const proxy = `http://127.0.0.1:${port}`;
  const direct = "127.0.0.1,localhost,::1";
  return {
    HTTP_PROXY: proxy,
    HTTPS_PROXY: proxy,
    http_proxy: proxy,
    https_proxy: proxy,
    NO_PROXY: direct,
    no_proxy: direct,
    npm_config_proxy: proxy,
    npm_config_https_proxy: proxy,
    npm_config_noproxy: direct,
    PIP_PROXY: proxy,
    CARGO_HTTP_PROXY: proxy,
    // Node's own fetch, from 24.
    NODE_USE_ENV_PROXY: "1",
  };
}
