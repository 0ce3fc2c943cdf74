// The provider of the tests: npm's oidc-provider on loopback. What it knows of people is read anew from a file at each
// log-in, so that a test can move a person between groups. Everybody in it is made up.
import { readFileSync } from 'node:fs'
import Provider from 'oidc-provider'

const { issuer, port, klient, hemlighet, hit, ut, personer } = JSON.parse(process.argv[2])

const leverantor = new Provider(issuer, {
  clients: [{
    client_id: klient, client_secret: hemlighet, redirect_uris: hit, post_logout_redirect_uris: ut,
    response_types: ['code'], grant_types: ['authorization_code'],
  }],
  scopes: ['openid', 'profile', 'email', 'groups'],
  claims: {
    openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'], groups: ['groups'],
  },
  cookies: { keys: ['provets egen nyckel'] },
  pkce: { required: () => true },
  async findAccount (_, id) {
    const person = JSON.parse(readFileSync(personer, 'utf8'))[id]
    return person && { accountId: person.sub ?? id, claims: async () => ({ sub: id, ...person }) }
  },
})
// The pages to log in on want https where their forms go; the tests have none.
leverantor.use(async (ctx, next) => { await next(); ctx.remove('content-security-policy') })
leverantor.listen(port, '127.0.0.1', () => console.log('lyssnar'))
