;;; eglot.el --- a user's session with eglot, without a screen  -*- lexical-binding: t; -*-

;; Runs with the configuration of the documentation loaded before; prints one line of JSON for each step.

(require 'json)

(defun tell (step value)
  (princ (format "%s %s\n" step (json-encode value))))

;; Without a screen, Emacs keeps no messages.
(defvar messages nil)
(advice-add 'message :before
            (lambda (form &rest arguments)
              (when form (push (apply #'format-message form arguments) messages))))

;; Nor is it ever idle, and eglot tells of changes when it is.
(defun be-idle ()
  (dolist (timer timer-idle-list)
    (unless (timer--triggered timer)
      (timer-event-handler timer))))

(defun wait-for (what condition)
  "Wait until CONDITION returns something; the protocol goes on meanwhile."
  (let ((end (+ (float-time) 30)) value)
    (while (not (setq value (funcall condition)))
      (when (> (float-time) end)
        (tell "failed" what)
        (kill-emacs 1))
      (accept-process-output nil 0.05)
      (be-idle))
    value))

(defun says (words)
  (save-excursion
    (goto-char (point-min))
    (search-forward words nil t)))

(defun go-to (words)
  "Put point on the last of WORDS."
  (goto-char (1- (says words))))

(defun choose (title)
  "Take the code action at point whose title starts with TITLE."
  (cl-letf (((symbol-function 'completing-read)
             (lambda (_prompt choices &rest _)
               (or (cl-find-if (lambda (each) (string-prefix-p title each))
                               (mapcar (lambda (each) (if (consp each) (car each) each)) choices))
                   (error "No action %s in %S" title choices)))))
    (let ((last-nonmenu-event ?x)) ; by a key, not by the mouse
      (eglot-code-actions (point) nil nil t))))

(let* ((file (car command-line-args-left))
       (before (with-temp-buffer (insert-file-contents file) (buffer-string))))
  (setq command-line-args-left nil)
  (find-file file)
  (tell "mode" (symbol-name major-mode))
  (apply #'eglot--connect (eglot--guess-contact))
  (wait-for "a server" #'eglot-current-server)
  (tell "open" t)

  (flymake-start)
  (wait-for "diagnostics" (lambda () (flymake-diagnostics)))
  (tell "diagnostics"
        (mapcar (lambda (each)
                  (buffer-substring-no-properties (flymake-diagnostic-beg each) (flymake-diagnostic-end each)))
                (flymake-diagnostics)))

  (go-to "Easy")
  (choose "Change to")
  (wait-for "the quick fix" (lambda () (says "**Estimated Complexity**: Low")))
  (tell "fixed" t)

  (undo-boundary)
  (setq before (buffer-string))
  (go-to "Later.")
  (let ((start (float-time)))
    (choose "Expand into plan")
    (tell "returned" (- (float-time) start)))
  (wait-for "the plan" (lambda () (> (how-many "^### Implementation Steps$" (point-min) (point-max)) 1)))
  (tell "message"
        (wait-for "the outcome"
                  (lambda () (cl-find-if (lambda (each) (string-match-p "Plansmith: Task 2: " each)) messages))))
  (write-region nil nil (concat file ".expanded") nil 'quiet)

  (undo-boundary)
  (setq last-command nil)
  (undo)
  (tell "undone" (if (equal (buffer-string) before) t :json-false))
  (set-buffer-modified-p nil)
  (eglot-shutdown (eglot-current-server))
  (tell "end" t))
;;; eglot.el ends here
