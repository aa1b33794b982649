/**
 * Python packages that everybody knows, and whose names are worth imitating: the head of the public download statistics, by
 * hand. Names as Python compares them.
 */
export const POPULAR_PYTHON: readonly string[] = [
  ..."aiohttp alembic ansible anyio argon2-cffi asgiref asyncpg attrs babel bcrypt beautifulsoup4 black bleach blinker boto3".split(
    " ",
  ),
  ..."botocore build cachetools celery certifi cffi chardet charset-normalizer click colorama coverage cryptography cython".split(
    " ",
  ),
  ..."dask datasets distlib django django-cors-headers djangorestframework dnspython docker docutils docopt elasticsearch".split(
    " ",
  ),
  ..."fastapi filelock flake8 flask flask-cors flask-sqlalchemy frozenlist fsspec gevent gitpython google-api-core google-auth".split(
    " ",
  ),
  ..."google-cloud-storage greenlet grpcio gunicorn h11 httpcore httplib2 httptools httpx huggingface-hub hypothesis idna".split(
    " ",
  ),
  ..."importlib-metadata iniconfig ipython isort itsdangerous jedi jinja2 jmespath joblib jsonschema jupyter jupyterlab keras".split(
    " ",
  ),
  ..."kubernetes langchain lightgbm lxml mako markdown markupsafe marshmallow matplotlib mccabe mock more-itertools msgpack".split(
    " ",
  ),
  ..."multidict mypy mypy-extensions mysqlclient nltk nose notebook numba numpy oauthlib openai opencv-python openpyxl orjson".split(
    " ",
  ),
  ..."packaging pandas paramiko passlib pathspec pendulum peewee pexpect pika pillow pip pipenv platformdirs plotly pluggy".split(
    " ",
  ),
  ..."poetry pre-commit prometheus-client prompt-toolkit protobuf psutil psycopg psycopg2 psycopg2-binary pyarrow pyasn1".split(
    " ",
  ),
  ..."pycodestyle pycparser pycryptodome pydantic pydantic-core pyflakes pygments pyjwt pylint pymongo pymysql pynacl".split(
    " ",
  ),
  ..."pyodbc pyopenssl pyparsing pyserial pytest pytest-asyncio pytest-cov pytest-mock python-dateutil python-dotenv".split(
    " ",
  ),
  ..."python-jose python-multipart pytz pyyaml pyzmq rasa redis regex requests requests-oauthlib rich rsa ruff s3transfer".split(
    " ",
  ),
  ..."scapy scikit-image scikit-learn scipy scrapy seaborn selenium sentry-sdk setuptools simplejson six sniffio snowflake-connector-python".split(
    " ",
  ),
  ..."sortedcontainers soupsieve spacy sphinx sqlalchemy sqlparse starlette streamlit sympy tabulate tenacity tensorboard".split(
    " ",
  ),
  ..."tensorflow termcolor tokenizers tomli toml torch torchvision tornado tox tqdm transformers twine twisted typer".split(
    " ",
  ),
  ..."types-requests typing-extensions tzdata ujson urllib3 uvicorn uvloop virtualenv watchdog watchfiles wcwidth webencodings".split(
    " ",
  ),
  ..."websocket-client websockets werkzeug wheel wrapt xgboost xlrd xlsxwriter yarl zipp zope-interface".split(" "),
];
