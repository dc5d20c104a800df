# gitea_config DIR HTTP_PORT SSH_PORT GITEA_HOME USER: prints the app.ini of one Gitea.
gitea_config() {
  cat <<INI
RUN_USER = $5
RUN_MODE = prod
WORK_PATH = $1
[server]
STATIC_ROOT_PATH = $4/static
APP_DATA_PATH = $1/data
HTTP_ADDR = 127.0.0.1
HTTP_PORT = $2
ROOT_URL = http://127.0.0.1:$2/
LOCAL_ROOT_URL = http://127.0.0.1:$2/
SSH_DOMAIN = 127.0.0.1
START_SSH_SERVER = true
BUILTIN_SSH_SERVER_USER = git
SSH_LISTEN_HOST = 127.0.0.1
SSH_PORT = $3
SSH_LISTEN_PORT = $3
SSH_SERVER_HOST_KEYS = ssh/host
OFFLINE_MODE = true
LFS_START_SERVER = true
[database]
DB_TYPE = sqlite3
PATH = $1/data/gitea.db
[repository]
ROOT = $1/repos
DEFAULT_BRANCH = main
[security]
INSTALL_LOCK = true
SECRET_KEY = for-tests-only-0123456789abcdef
[service]
DISABLE_REGISTRATION = true
[webhook]
ALLOWED_HOST_LIST = loopback
[actions]
ENABLED = true
ZOMBIE_TASK_TIMEOUT = ${SLIPWAY_STAND_ZOMBIE:-10m}
[cron]
ENABLED = false
[cron.stop_zombie_tasks]
ENABLED = ${SLIPWAY_STAND_CRON:-false}
SCHEDULE = @every 2s
[log]
LEVEL = warn
INI
}
