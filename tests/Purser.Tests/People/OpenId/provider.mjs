// A real OpenID provider. The tests tell it who sits at the browser, replace its keys, and let it lie on demand.
import http from "node:http";
import { Provider } from "oidc-provider";
import { SignJWT, decodeJwt, exportJWK, generateKeyPair } from "jose";

const state = { redirectUris: [], account: "nobody", people: {}, asks: false, refuse: false, lie: null };
let keyNumber = 0, key, provider, issuer;

async function newKey() {
  const pair = await generateKeyPair("ES256", { extractable: true });
  return { privateKey: pair.privateKey, jwk: { ...(await exportJWK(pair.privateKey)), kid: `key-${++keyNumber}`, use: "sig", alg: "ES256" } };
}

function makeProvider() {
  provider = new Provider(issuer, {
    clients: [{
      client_id: "purser", client_secret: "the client's secret", redirect_uris: state.redirectUris,
      id_token_signed_response_alg: "ES256", token_endpoint_auth_method: "client_secret_post",
    }],
    jwks: { keys: [key.jwk] },
    cookies: { keys: ["for tests only"] },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"], groups: ["groups"] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...state.people[id] }) }),
  });
  provider.use(async (context, next) => {
    await next();
    if (state.lie && context.oidc?.route === "token" && context.body?.id_token) {
      context.body = { ...context.body, id_token: await lie(context.body.id_token) };
    }
  });
}

// The same token with other claims, or another signature.
async function lie(token) {
  const claims = { ...decodeJwt(token), ...state.lie.claims };
  const signer = state.lie.signer ?? "own";
  if (signer === "none") {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    return `${part({ alg: "none" })}.${part(claims)}.`;
  }

  if (signer === "secret") {
    return new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode("the client's secret".padEnd(32)));
  }

  const by = signer === "own" ? key : await newKey();
  return new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid: key.jwk.kid }).sign(by.privateKey);
}

async function interact(request, response) {
  const details = await provider.interactionDetails(request, response);
  if (state.refuse) {
    return provider.interactionFinished(request, response, { error: "access_denied", error_description: "broke it off" });
  }

  // For browsers with a person in front of them: a page with one button, which comes back here.
  if (state.asks && request.method === "GET") {
    response.setHeader("content-type", "text/html; charset=utf-8");
    return response.end(`<!doctype html><html lang="en"><title>Identity provider</title><link rel="icon" href="data:,"><h1>Who are you?</h1><p>${details.params.login_hint ?? "Somebody"}</p>
      <form method="post"><button>Continue as ${state.account}</button></form>`);
  }

  const grant = new provider.Grant({ accountId: state.account, clientId: details.params.client_id });
  grant.addOIDCScope(details.params.scope);
  return provider.interactionFinished(request, response, { login: { accountId: state.account }, consent: { grantId: await grant.save() } });
}

async function control(request, response) {
  let text = "";
  for await (const part of request) text += part;
  const wanted = JSON.parse(text);
  Object.assign(state, wanted);
  if (wanted.newKey) key = await newKey();
  if (wanted.newKey || wanted.redirectUris) makeProvider();
  response.end();
}

const server = http.createServer((request, response) => {
  const handle = request.url === "/control" ? control : request.url.startsWith("/interaction/") ? interact : provider.callback();
  Promise.resolve(handle(request, response)).catch((fault) => { response.statusCode = 500; response.end(String(fault)); });
});

key = await newKey();
server.listen(0, "127.0.0.1", () => {
  issuer = `http://127.0.0.1:${server.address().port}`;
  makeProvider();
  process.stdout.write(`purser ${issuer}\n`);
});
process.stdin.resume().on("end", () => process.exit(0));
