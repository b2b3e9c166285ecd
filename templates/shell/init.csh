: {{program}} in this shell: "{{program}}-use NAME" switches it, "{{program}}-use -u" takes the variables back.;
alias {{program}}-use 'eval `{{program}} env --shell tcsh \!*`';
