# What the service's scripts know of its settings. To be sourced in the repository root.

# setting NAME DEFAULT: the environment's value, else the one in .env (as the program reads it), else the default.
setting() {
  local value=${!1-}
  if [ -z "$value" ] && [ -f .env ]; then
    value=$(sed -nE "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*(.*[^[:space:]])[[:space:]]*$/\1/p" .env | head -n 1)
    case $value in
      \"*\" | \'*\') value=${value:1:${#value}-2} ;;
    esac
  fi
  echo "${value:-$2}"
}

database=$(setting DATABASE_URL data/flexatar.sqlite)
objects=$(setting OBJECTS_FOLDER data/objects)
is_postgres() { [[ $database == postgres://* || $database == postgresql://* ]]; }

# Other programs are told the password by their environment: everybody sees what they were called with.
if is_postgres && [[ $database =~ ^(postgres(ql)?://[^:/@?]*):([^@/?]*)@(.*)$ ]]; then
  password=${BASH_REMATCH[3]}
  database=${BASH_REMATCH[1]}@${BASH_REMATCH[4]}
  printf -v PGPASSWORD '%b' "${password//%/\\x}"
  export PGPASSWORD
fi

needs() { command -v "$1" >/dev/null || fail "$1 is missing; install the package $2"; }
