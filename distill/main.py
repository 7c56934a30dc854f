"""`coprescribe-distill`: the program of the pipeline."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.errors import CoprescribeError, InputError
from engine.installation import find_installation

if TYPE_CHECKING:
    from distill.export.reproduce_pairs import NamedBase
    from distill.training.running import Step

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Make what Coprescribe uses.")
knowledge_app = typer.Typer(no_args_is_help=True, help="The knowledge tables.")
app.add_typer(knowledge_app, name="knowledge")

ResourcesOption = Annotated[Path | None, typer.Option("--resources", help="Resources folder (default: this installation's).")]
DataOption = Annotated[Path | None, typer.Option("--data", help="Folder with the sources (see the data page).")]
BASE = typer.Option("--base", help="Folder with config.json, model.safetensors and tokenizer.json.")
CORPORA = typer.Option("--data", help="Folder with the corpora (see the data page).")
BaseOption = Annotated[Path, BASE]
CorporaOption = Annotated[Path, CORPORA]
DeviceOption = Annotated[str, typer.Option("--device", help="cpu or cuda.")]
ThreadsOption = Annotated[int, typer.Option("--threads", help="Threads on a CPU; one is best on a busy machine.")]
PrecisionOption = Annotated[
    str,
    typer.Option(
        "--precision", help="Of products: fp32 or bf16 (on a GPU by itself; on a CPU faster where it has AMX or AVX-512 BF16)."
    ),
]
MinutesOption = Annotated[float | None, typer.Option("--minutes", help="Stop after this time; what is done is kept.")]
EndpointOption = Annotated[str, typer.Option("--endpoint", help="OpenAI-compatible endpoint of a large model.")]
ModelOption = Annotated[str, typer.Option("--model", help="What the endpoint calls the model.")]
KeyOption = Annotated[str, typer.Option("--key-variable", help="Environment variable with the endpoint's key.")]
GgufOption = Annotated[Path | None, typer.Option("--gguf", help="A large model's GGUF file.")]
FolderOption = Annotated[Path | None, typer.Option("--transformers", help="A large model's folder.")]
WorkersOption = Annotated[int, typer.Option("--workers", help="Processes that label.")]
_STOPPED = "Stopped; the same command goes on."
_EVALUATED = "reader; told (what the application tells with it); reasoner, with the labeller beside it; or types (research)."


@knowledge_app.command("build")
def build_command(resources: ResourcesOption = None) -> None:
    """Check the tables and compile them."""
    from distill.knowledge.build import build

    installation = find_installation(resources)
    result = build(installation.knowledge_tables, installation.compiled)
    typer.echo(f"{sum(result.rows.values())} rows in {len(result.rows)} tables; content digest {result.content_digest}")


@knowledge_app.command("report")
def report_command(
    resources: ResourcesOption = None,
    data: DataOption = None,
    repairs: Annotated[bool, typer.Option("--repairs", help="List every repair of the sources.")] = False,
) -> None:
    """Print coverage by table and basis, sources, repairs and agreement with the cross-check tables."""
    from distill.knowledge.report import knowledge_report

    for line in knowledge_report(find_installation(resources), data, every_repair=repairs):
        typer.echo(line)


@app.command("corpora")
def corpora_command(data: CorporaOption) -> None:
    """Print what the corpora at hand hold, by split."""
    from distill.corpora.statistics import statistics_lines

    for line in statistics_lines(data):
        typer.echo(line)


@app.command("train")
def train_command(
    name: Annotated[str, typer.Argument(help="Name of the stage: its folder below --stages.")],
    settings: Annotated[Path, typer.Argument(help="Settings of the stage (JSON).")],
    base: BaseOption,
    data: CorporaOption,
    stages: Annotated[Path, typer.Option("--stages", help="Folder of all stages; one that was stopped goes on.")],
    device: DeviceOption = "cpu",
    threads: ThreadsOption = 1,
    minutes: MinutesOption = None,
    precision: PrecisionOption = "",
) -> None:
    """Train one stage of the reader, or go on training it."""
    from distill.training.machine import chosen

    use = chosen(device, threads, minutes, precision)
    from distill.training.settings import Run, read_settings
    from distill.training.stage import REPORT, run_stage

    finished = run_stage(
        name,
        read_settings(settings),
        Run(base, stages, data, use.device, use.threads, use.precision),
        _show_step,
        _note,
        use.stop_after_s,
    )
    report = stages / name / REPORT
    typer.echo(report.read_text(encoding="utf-8") if finished else _STOPPED)


@app.command("pretrain")
def pretrain_command(
    settings: Annotated[Path, typer.Argument(help="Settings of the pre-training (JSON).")],
    base: BaseOption,
    data: CorporaOption,
    out: Annotated[Path, typer.Option("--out", help="Folder of the new base; a run that was stopped goes on.")],
    device: DeviceOption = "cpu",
    threads: ThreadsOption = 1,
    minutes: MinutesOption = None,
    precision: PrecisionOption = "",
) -> None:
    """Train a base further on text of the field (hidden words are guessed); what comes out is a --base for the other commands."""
    from distill.training.machine import chosen

    use = chosen(device, threads, minutes, precision)
    from distill.training.pretraining import run_pretraining
    from distill.training.settings import Run, read_pretraining_settings
    from distill.training.stage import REPORT

    finished = run_pretraining(
        read_pretraining_settings(settings),
        Run(base, out, data, use.device, use.threads, use.precision),
        _show_step,
        _note,
        use.stop_after_s,
    )
    typer.echo((out / REPORT).read_text(encoding="utf-8") if finished else _STOPPED)


@app.command("unpack")
def unpack_command(
    base: BaseOption,
    out: Annotated[Path, typer.Option("--out", help="Folder of stages, as of `reproduce reader`; none may be there.")],
    folder: Annotated[Path | None, typer.Option("--folder", help="Folder of the reader (default: this installation's).")] = None,
) -> None:
    """Write the stages of the reader that ships, the last with its weights: `reproduce reader` goes on from there."""
    from distill.export.records import restore

    stages = out / "stages"
    last = restore(folder or find_installation(None).students / "reader", base, stages)
    typer.echo(f"The stages are in {stages}; {last} has the weights of the shipped file.")


@app.command("evaluate")
def evaluate_command(
    student: Annotated[str, typer.Argument(help=_EVALUATED)],
    data: Annotated[Path | None, CORPORA] = None,
    folder: Annotated[Path | None, typer.Option("--folder", help="Its folder (default: this installation's).")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder of the page of reasoner or types.")] = None,
    run: Annotated[Path | None, typer.Option("--run", help="Run of the teachers: folder of teach or reproduce.")] = None,
    stages: Annotated[list[str] | None, typer.Option("--stage", help="Training to draw: NAME=FOLDER; repeatable.")] = None,
    arms: Annotated[list[str] | None, typer.Option("--arm", help="Reasoner of the ablation: NAME=FOLDER; repeatable.")] = None,
    pairs: Annotated[
        int, typer.Option("--pairs", min=20, help="Most pairs of each split that a reasoner is asked about.")
    ] = 1200,
) -> None:
    """Compute a shipped student's figures again: the reader's on the official tests, the reasoner's as a page with figures.

    What is told are the reader's statements as the window shows them: names that it found, without those that are unsure.

    Types are DrugBank's 86, for research alone: nothing of them ships. With --run, what they would add to its vote.
    """
    if student == "types":
        _evaluate_types(data, out, run)
        return
    if student == "told":
        if folder is not None:
            raise InputError("What is told is read with this installation's reader: give no --folder.")
        _evaluate_told(data)
        return
    chosen = folder or find_installation().students / student
    if student == "reasoner":
        if out is None:
            raise InputError("The figures of the reasoner become a page: give its folder with --out.")
        from distill.corpora.pairs import read_pairs
        from distill.evaluation.pair_report import ReportSettings, write_report
        from engine.knowledge.store import KnowledgeStore

        settings = ReportSettings(chosen, out, run, _named(stages), _named(arms), pairs)
        store = KnowledgeStore(find_installation().compiled)
        typer.echo(write_report(store, read_pairs(store), settings, _note))
        return
    _only_reader(student)
    if data is None:
        raise InputError("The reader is measured on the official tests: give --data.")
    _evaluate_reader(chosen, data)


def _evaluate_types(data: Path | None, out: Path | None, run: Path | None) -> None:
    if data is None or out is None:
        raise InputError("The types are measured on the corpora and become a page: give --data and --out.")
    from distill.evaluation.types_page import write_types
    from distill.rationales.run import PairRun

    beside = None if run is None else PairRun(find_installation().compiled, run)
    typer.echo(write_types(data, out, _note, run=beside).read_text(encoding="utf-8"))


def _evaluate_told(data: Path | None) -> None:
    if data is None:
        raise InputError("What is told is measured on corpora: give --data.")
    from distill.evaluation.told import told_lines
    from engine.application import open_application

    for line in told_lines(open_application(), data):
        typer.echo(line)


def _evaluate_reader(folder: Path, data: Path) -> None:
    from distill.evaluation.judging import judged
    from distill.evaluation.table import figure_lines
    from engine.students.opening import open_reader

    opened = open_reader(folder)
    made = opened.manifest
    figures = judged(opened.session.answer, made.heads, opened.tokenizer, made, data)
    for line in figure_lines(figures):
        typer.echo(line)


def _named(given: list[str] | None) -> dict[str, Path]:
    """Folders by name, from `NAME=FOLDER`."""
    found: dict[str, Path] = {}
    for one in given or []:
        name, sign, folder = one.partition("=")
        if not (name and sign and folder) or name in found:
            raise InputError("Trainings and reasoners are given as NAME=FOLDER, each with a name of its own.")
        found[name] = Path(folder)
    return found


@app.command("baselines")
def baselines_command(resources: ResourcesOption = None) -> None:
    """Measure gradient boosting and logistic regression on the pairs of medicines: what students of pairs must pass."""
    from distill.corpora.pairs import read_pairs
    from distill.evaluation.boosting import evaluate_baselines
    from distill.evaluation.labels import split_lines
    from engine.knowledge.store import KnowledgeStore

    store = KnowledgeStore(find_installation(resources).compiled)
    found = evaluate_baselines(store, read_pairs(store), lambda method, at: _note(f"{method}: {at.done} of {at.total}"))
    for method, figures in found.items():
        typer.echo("\n".join([f"# {method}", "", *split_lines(figures), ""]))


@app.command("annotate")
def annotate_command(
    kind: Annotated[str, typer.Argument(help="pairs (types after the DDI corpus) or names (after BC5CDR).")],
    data: CorporaOption,
    out: Annotated[Path, typer.Option("--out", help="File of the annotations; what the model replies is kept beside it.")],
    corpus: Annotated[str, typer.Option("--corpus", help="Whose sentences; without one the model is judged.")] = "",
    endpoint: EndpointOption = "",
    model: ModelOption = "",
    key_variable: KeyOption = "",
    gguf: GgufOption = None,
    transformers: FolderOption = None,
    examples: Annotated[int, typer.Option("--examples", min=2, help="Training sentences that the model is shown.")] = 160,
    most: Annotated[int | None, typer.Option("--sentences", min=1, help="At most so many are asked.")] = None,
) -> None:
    """Have a large language model annotate sentences in the form of corpora/written, or judge it on development sentences.

    It is shown training sentences of the corpus whose conventions it follows. A run that was stopped goes on.
    """
    from distill.corpora.statistics import READERS
    from distill.teachers.annotating import Annotator, write_lines
    from distill.teachers.cache import ReplyCache
    from distill.teachers.chat import Sampling
    from distill.teachers.named_models import Named, language_model
    from distill.teachers.sentence_forms import FORMS

    chosen = next((one for one in FORMS if one == kind), None)
    if chosen is None:
        raise InputError(f"Annotated are {' or '.join(FORMS)}.")
    known = [name for name, _place, _reader in READERS]
    if corpus and corpus not in known:
        raise InputError(f"There is no corpus '{corpus}'; known are {', '.join(known)}.")
    settings = language_model(Named(endpoint, model, key_variable, gguf, transformers))
    cache = ReplyCache(out.with_name(f"{out.name}.replies"))
    asked = settings.model(cache)
    try:
        annotator = Annotator(chosen, data, asked, Sampling(max_tokens=2000), cache, examples=examples, note=_note)
        if corpus:
            typer.echo(f"{write_lines(annotator.annotate(corpus, most), out)} sentences in {out}")
        else:
            counts = annotator.judged(most)
            typer.echo(f"precision {counts.precision:.3f}, recall {counts.recall:.3f}, F1 {counts.f1:.3f}")
    finally:
        asked.close()
    for line in cache.account(settings.identity).lines(settings.prices):
        typer.echo(line)


@app.command("teach")
def teach_command(
    out: Annotated[Path, typer.Option("--out", help="Folder of the run; votes, report and boundary cases go to its votes/.")],
    resources: ResourcesOption = None,
    workers: WorkersOption = 1,
    ray_address: Annotated[str, typer.Option("--ray", help="Address of an existing Ray cluster that labels.")] = "",
    endpoint: EndpointOption = "",
    model: ModelOption = "",
    key_variable: KeyOption = "",
    gguf: GgufOption = None,
    transformers: FolderOption = None,
    described: Annotated[
        Path | None, typer.Option("--language-model", help="JSON file on a large model: with prices, pace and hints.")
    ] = None,
    minutes: MinutesOption = None,
) -> None:
    """Count the classes of the pairs, have the teachers judge all training pairs and vote; a run that was stopped goes on."""
    from distill.training.machine import Clock, chosen

    clock = Clock.started(chosen("cpu", 1, minutes).stop_after_s)
    from distill.rationales.run import PairRun, teach
    from distill.teachers.named_models import Named, language_teachers
    from distill.teachers.opening import usage_lines

    knowledge = find_installation(resources).compiled
    run = PairRun(knowledge, out, workers)
    named = Named(endpoint, model, key_variable, gguf, transformers, described)
    models = language_teachers(named, knowledge, out / "replies.sqlite")
    report = teach(run, _note, models, ray_address, lambda: clock.over)
    typer.echo(_STOPPED if report is None else report.read_text(encoding="utf-8"))
    for line in usage_lines(models):
        typer.echo(line)


@app.command("reproduce")
def reproduce_command(
    student: Annotated[
        str, typer.Argument(help="The student: reader, labeller or reasoner; all, one after the other; or arms of the reasoner.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder of stages and of the student; what is finished is kept.")],
    base: Annotated[Path | None, BASE] = None,
    data: Annotated[Path | None, CORPORA] = None,
    recipe: Annotated[str | None, typer.Option("--recipe", help="cpu (the default), gpu, arm (that of arms), or a file.")] = None,
    open_data: Annotated[bool, typer.Option("--open-data", help="Public-domain text alone (recipe open).")] = False,
    named: Annotated[str | None, typer.Option("--base-name", help="How manifest and card name another base.")] = None,
    version: Annotated[str, typer.Option("--version", help="Version of the student.")] = "1",
    device: DeviceOption = "cpu",
    threads: ThreadsOption = 1,
    minutes: MinutesOption = None,
    precision: PrecisionOption = "",
    workers: WorkersOption = 1,
    arms: Annotated[list[str] | None, typer.Option("--arm", help="Of arms: this one only; repeatable.")] = None,
) -> None:
    """Make a student with all that it needs: the reader from a base and corpora, the others from the knowledge alone.

    Arms are reasoners for the ablation, below the folder of a run of `reproduce reasoner`.
    """
    from datetime import UTC, datetime

    from distill.training.machine import chosen

    use = chosen(device, threads, minutes, precision)
    from distill.export.reproduce import Naming, export_student, run_recipe
    from distill.export.reproduce_pairs import PAIR_STUDENTS, PairStudent, Telling, reproduce_pair_student
    from distill.export.student import base_name
    from distill.rationales.run import PairRun
    from distill.training.reasoner_settings import ReasonerSettings
    from distill.training.recipes import read_named, read_recipe
    from distill.training.settings import Run
    from distill.training.stage import is_first

    today = datetime.now(UTC).date().isoformat()
    pairs = PairRun(find_installation(None).compiled, out, workers)
    adapted = _adapted(student, base, (named or "").strip())
    made = PairStudent(pairs, Run(Path(), out, Path(), use.device, use.threads, use.precision), version, today, adapted)

    def pair_student(one: str) -> str | None:
        card = reproduce_pair_student(one, made, recipe or "cpu", Telling(_show_step, _note), use.stop_after_s)
        return None if card is None else card.read_text(encoding="utf-8")

    def reader() -> str | None:
        if base is None or data is None:
            raise InputError("The reader starts from a base and learns from corpora: give --base and --data.")
        name = "open" if open_data else recipe or "cpu"
        plan, run = read_recipe(name), Run(base, out / "stages", data, use.device, use.threads, use.precision)
        if not run_recipe(plan, run, _show_step, _note, use.stop_after_s):
            return None
        naming = Naming(name, version, today, base_name(base, named))
        # Of several processes one writes, and tells of it.
        return export_student(plan, run, naming, out / "reader", _note).read_text(encoding="utf-8") if is_first(run) else ""

    def every_arm() -> str | None:
        from distill.export.reproduce_arms import reproduce_arms

        settings = read_named("reasoner", recipe or "arm", ReasonerSettings)
        cards = reproduce_arms(made, settings, Telling(_show_step, _note), arms or (), use.stop_after_s)
        return None if cards is None else "\n".join(f"{name}: {path}" for name, path in cards.items())

    if student == "arms":
        typer.echo(every_arm() or _STOPPED)
        return
    if arms:
        raise InputError("Only arms can be chosen by --arm.")
    students = ("reader", *PAIR_STUDENTS) if student == "all" else (student,)
    for one in students:
        if one not in PAIR_STUDENTS:
            _only_reader(one)
        card = pair_student(one) if one in PAIR_STUDENTS else reader()
        typer.echo(_STOPPED if card is None else card)
        if card is None:
            return


def _adapted(student: str, base: Path | None, name: str) -> NamedBase | None:
    """The base that a reasoner is adapted from; of all students it is the reader's."""
    from distill.export.reproduce_pairs import NamedBase

    if student == "labeller" and base is not None:
        raise InputError("A labeller begins from nothing: leave --base out.")
    if student not in ("reasoner", "arms") or base is None:
        return None
    if not name:
        raise InputError("Manifest and card have to name the base that is adapted: give --base-name.")
    return NamedBase(base, name)


def _only_reader(student: str) -> None:
    if student != "reader":
        raise InputError("This command does not know that student.")


def _note(words: str) -> None:
    typer.echo(words, err=True)


def _show_step(at: Step) -> None:
    typer.echo(f"step {at.step} of {at.steps}: loss {at.loss:.4f}, {at.tokens_per_s:.0f} tokens/s", err=True)


def main() -> None:
    """Entry point: faults of input or installation end in one sentence and an exit code."""
    try:
        app()
    except CoprescribeError as error:
        typer.echo(error.sentence, err=True)
        sys.exit(2 if isinstance(error, InputError) else 1)
    except ModuleNotFoundError as error:
        # Anything that the program itself brings is a fault of the program.
        if error.name is None or error.name.partition(".")[0] in ("distill", "engine", "resources"):
            raise
        typer.echo(f"'{error.name}' is not installed; `make setup-distill` adds what training needs.", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
