// A code that came behind the # of a link goes into its field: browsers never send that part of an address.

const code = location.hash.slice(1);
const field = document.querySelector("input[name=code]");
if (field && /^[A-Za-z0-9_-]{20,100}$/.test(code)) {
  field.value = code;
  history.replaceState(null, "", location.pathname);
}
