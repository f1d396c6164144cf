# Joins a JavaScript module with all that it imports into one, so that a page asks for one file instead of twenty: on a slow phone each costs more than its bytes.
# A module becomes a function of its own, called once, in the order in which a browser would: its names stay its own. What our modules do is understood and no more:
# imports of names from neighbours, on one line each; exports of declarations, or a list of names at the end; no circles.
# usage: awk -v entry=web/js/vote/start.mjs -f scripts/join-modules.awk

function fail(text) {
  print "join-modules: " text > "/dev/stderr"
  failed = 1
  exit 1
}

# The path of what a file imports.
function beside(file, target, path) {
  path = file
  sub(/[^\/]*$/, "", path)
  path = path target
  gsub(/\/\.\//, "/", path)
  while (sub(/[^\/]+\/\.\.\//, "", path)) { }
  return path
}

function join_module(file, depth,    line, parts, names, body, returned, name, from, found, waits) {
  if (file in joined) {
    if (joined[file] == "") fail(file " imports itself")
    return
  }
  joined[file] = ""
  while ((found = (getline line < file)) > 0) {
    if (line ~ /^[a-z].* \(?await /) waits = 1
    if (line ~ /^import /) {
      if (!match(line, /^import \{ .* \} from "\.[^"]*";$/)) fail(file ": " line)
      split(line, parts, "\"")
      from = beside(file, parts[2])
      names = line
      sub(/^import /, "", names)
      sub(/ from .*/, "", names)
      gsub(/ as /, ": ", names)
      join_module(from, depth + 1)
      body = body "const " names " = " joined[from] ";\n"
    } else if (match(line, /^export \{ .* \};$/)) {
      returned = returned ", " substr(line, 10, length(line) - 12)
    } else if (line ~ /^export /) {
      name = line
      if (!sub(/^export (async )?(function\*?|class|const|let) /, "", name)) fail(file ": " line)
      match(name, /^[A-Za-z0-9_$]+/)
      returned = returned ", " substr(name, 1, RLENGTH)
      sub(/^export /, "", line)
      body = body line "\n"
    } else {
      body = body line "\n"
    }
  }
  if (found < 0) fail(file " cannot be read")
  close(file)
  if (depth == 0) {
    printf "%s", body
    return
  }
  count += 1
  joined[file] = "module" count
  printf "const module%d = %s() => {\n%s\nreturn { %s };\n})();\n", count, waits ? "await (async " : "(", body, substr(returned, 3)
}

BEGIN {
  join_module(entry, 0)
  if (failed) exit 1
}
