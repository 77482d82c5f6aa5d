/**
 * Tells the server in which zone this device's clock stands, so that pages are printed with the times that it would show.
 */

const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** @param {Document} page */
export function rememberZone(page) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone === undefined || page.cookie.split("; ").includes(`zone=${zone}`)) return;
  const secure = page.location.protocol === "https:" ? "; Secure" : "";
  // Not by cookieStore: pages come by plain http too.
  page.cookie = `zone=${zone}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax${secure}`;
}
