using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.People.SignIn;
using Purser.Server.Preferences;
using Purser.Server.Settings;
using Purser.Server.Store;
using Purser.Server.Tokens;

namespace Purser.Server.Accounts;

/// <summary>
/// An operator merges one Smart Account into another, or splits virtual accounts off into a new or another one (SA-15). Carried out at once and
/// provisional: it can be undone until it is confirmed (decision 0013). A dry run is the preview: it does everything and keeps nothing.
/// </summary>
public sealed class MergeAccounts(
    WritePath writePath, Database database, AccountLookup accounts, AgreementGate agreement, Invitation invitation, TokenBook tokens, BearerTokens bearers, TellNews news,
    PurserSettings settings)
{
    public const string Merge = "accounts.merge";
    public const string Split = "accounts.split";

    /// <param name="From">Domain identifier or number of the account whose virtual accounts go.</param>
    public sealed record Input(MergerKind Kind, string From)
    {
        /// <summary>Domain identifier or number of the account that takes them in; empty for a split into a new one.</summary>
        public string Into { get; init; } = "";

        /// <summary>Of a split into a new account.</summary>
        public NewOwner? NewAccount { get; init; }

        /// <summary>Of a split; each goes with all that lies below it.</summary>
        public IReadOnlyList<long> VirtualAccountIds { get; init; } = [];

        /// <summary>A virtual account of the other account, below which they are to lie; null is the top level.</summary>
        public long? ParentId { get; init; }

        /// <summary>What becomes of roles for the whole account.</summary>
        public WholeRoles WholeRoles { get; init; }

        /// <summary>Of a split: the e-mail addresses of those who come along. In a merger everybody does.</summary>
        public IReadOnlyList<string> People { get; init; } = [];

        /// <summary>Why, for the record.</summary>
        public string Note { get; init; } = "";
    }

    public sealed record NewOwner(string Name, string Domain, NewPerson Administrator);

    public sealed record Answer(long Id, MergerKind Kind, string From, string Into, IReadOnlyList<PlaceMoved> VirtualAccounts, MovedContent Content)
    {
        public IReadOnlyList<string> RolesGiven { get; init; } = [];
        public IReadOnlyList<string> RolesTaken { get; init; } = [];

        /// <summary>Of a merger: what belongs to the account itself and goes too.</summary>
        public Belongings Belongings { get; init; } = Belongings.None;
        public DateTimeOffset UndoUntil { get; init; }

        /// <summary>For the administrator of a new account who has no sign-in yet; shown once, never stored.</summary>
        public string? SetPasswordPath { get; init; }
    }

    public sealed record PlaceMoved(long Id, string NameBefore, string Name, int Level, bool WasDefault);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/v1/operator/mergers", async (Input input, MergeAccounts merge, HttpContext context) =>
            (await merge.HandleAsync(context.Command(NameOf(input.Kind), input), input, context.RequestAborted)).ToCreated())
        .Requires(Permission.AccountMerge)
            .WithSummary("Merge a Smart Account into another, or split virtual accounts off")
            .WithDescription("?dryRun=true is the preview. It can be undone until it is confirmed or its time has passed.")
        .WithTags("Operator: mergers and splits");

    public static string NameOf(MergerKind kind) => kind == MergerKind.Merge ? Merge : Split;

    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        if (await accounts.FindAsync(input.From.Trim(), cancellation) is not { } from)
        {
            return NoAccount(input.From, "from");
        }

        var into = string.IsNullOrWhiteSpace(input.Into) ? null : await accounts.FindAsync(input.Into.Trim(), cancellation);
        if ((Problem(input) ?? (into is null && !string.IsNullOrWhiteSpace(input.Into) ? NoAccount(input.Into, "into") : null)) is { } problem)
        {
            return problem;
        }

        // What is new here is told here; over there it is no news.
        if (!command.DryRun)
        {
            await news.HandleAsync(from.Id, cancellation);
        }

        // A new account's domain is taken under the installation's head.
        var locked = command with { Accounts = [into?.Id ?? AccountHead.Installation, from.Id], Ids = await IdsAsync(from.Id, cancellation) };
        string? setPasswordPath = null;
        var verdict = await writePath.RunAsync<Answer>(locked, async scope =>
        {
            var planned = await PlanAsync(scope, input, from.Id, into?.Id, cancellation);
            if (!planned.IsOk)
            {
                return planned.Refusal!;
            }

            var plan = planned.Value;
            var target = plan.Into;
            if (target is null)
            {
                (target, setPasswordPath) = await MakeAsync(scope, plan.From.Type, input.NewAccount!, cancellation);
            }

            return await CarryAsync(scope, input, plan, target, cancellation);
        }, cancellation);
        return verdict.Map(answer => answer with { SetPasswordPath = command.DryRun ? null : setPasswordPath });
    }

    private sealed record MovePlan(Account From, Account? Into, IReadOnlyList<PlannedPlace> Places, IReadOnlySet<long>? People);

    private static async Task<Verdict<MovePlan>> PlanAsync(WriteScope scope, Input input, long fromId, long? intoId, CancellationToken cancellation)
    {
        var db = scope.Db;
        var from = await db.Accounts.FirstAsync(row => row.Id == fromId, cancellation);
        var into = intoId is { } id ? await db.Accounts.FirstAsync(row => row.Id == id, cancellation) : null;
        if ((input.Kind == MergerKind.Merge ? MergerRules.JudgeMerge(from, into!) : MergerRules.JudgeSplit(from, into)) is { } refusal)
        {
            return refusal;
        }

        var domain = input.NewAccount is { } owner ? DomainNames.Normalize(owner.Domain) : null;
        if (intoId is null && await db.Accounts.AnyAsync(row => row.Domain == domain, cancellation))
        {
            return Verdict.Refused(RefusalCode.AlreadyExists, $"There is a Smart Account with the domain {input.NewAccount!.Domain.Trim()} already. Split into it, or give another domain.", "domain");
        }

        var here = await db.VirtualAccounts.Where(row => row.AccountId == fromId).ToListAsync(cancellation);
        Verdict<IReadOnlySet<long>> chosen = input.Kind == MergerKind.Merge
            ? here.Select(row => row.Id).ToHashSet()
            : MergerRules.Choose(here, input.VirtualAccountIds);
        if (!chosen.IsOk)
        {
            return chosen.Refusal!;
        }

        var there = intoId is null ? [] : await db.VirtualAccounts.Where(row => row.AccountId == intoId).ToListAsync(cancellation);
        if (input.ParentId is { } parent && there.TrueForAll(row => row.Id != parent))
        {
            return Verdict.Refused(RefusalCode.NotFound, "The virtual account below which they are to lie is not in the other Smart Account.", "parentId");
        }

        var moving = here.Where(row => chosen.Value.Contains(row.Id)).ToList();
        var places = MergerRules.Plan(
            moving, intoId is null ? [DefaultToCome] : there, from.Domain, row => row.ParentId is { } above && chosen.Value.Contains(above) ? above : input.ParentId, _ => false, row => row.Name);
        if (!places.IsOk)
        {
            return places.Refusal!;
        }

        if (input.Kind == MergerKind.Merge)
        {
            return new MovePlan(from, into, places.Value, null);
        }

        var people = await MergerPeople.FindAsync(db, fromId, input.People, cancellation);
        return people.Map(chosenPeople => new MovePlan(from, into, places.Value, chosenPeople));
    }

    /// <summary>A new account has its default virtual account before the others come.</summary>
    private static VirtualAccount DefaultToCome => new() { Name = NewVirtualAccount.DefaultName, NameKey = NewVirtualAccount.KeyOf(NewVirtualAccount.DefaultName), Level = 1 };

    private async Task<(Account Account, string? SetPasswordPath)> MakeAsync(WriteScope scope, AccountType type, NewOwner owner, CancellationToken cancellation)
    {
        var (account, _) = NewAccount.Add(scope, owner.Name.Trim(), DomainNames.Normalize(owner.Domain)!, type, _ => { });
        await agreement.RaiseIfPendingAsync(scope, account, cancellation);
        var setPasswordPath = await invitation.SendToFirstAsync(scope, account, owner.Administrator, cancellation);
        await scope.Db.SaveChangesAsync(cancellation);
        return (account, setPasswordPath);
    }

    private async Task<Answer> CarryAsync(WriteScope scope, Input input, MovePlan plan, Account into, CancellationToken cancellation)
    {
        var (from, places) = (plan.From, plan.Places);
        var ids = places.Select(place => place.Row.Id).ToHashSet();
        var moved = places.Select(place => new PlaceMoved(place.Row.Id, place.Row.Name, place.Name, place.Level, place.Row.IsDefault)).ToList();
        var merger = Record(scope, input, from, into, plan);
        scope.Journal(from.Id).Append(input.Kind == MergerKind.Merge ? MergerEvents.MergedInto(into, ids.Count) : MergerEvents.SplitOff(into, ids.Count));
        scope.Journal(into.Id).Append(input.Kind == MergerKind.Merge ? MergerEvents.TookIn(from, ids.Count) : MergerEvents.Received(from, ids.Count));
        IReadOnlyList<long> tops = [.. places.Where(place => place.ParentId is not { } above || !ids.Contains(above)).Select(place => place.Row.Id)];
        var roles = new RoleMove(scope, merger, ids, tops, plan.People);
        await roles.RunAsync(input.WholeRoles, cancellation);
        var content = await AccountMove.RunAsync(scope, tokens, from, into, places, cancellation);
        (merger.Licenses, merger.Devices) = (content.Licenses, content.Devices);
        var belongings = Belongings.None;
        if (input.Kind == MergerKind.Merge)
        {
            from.Status = AccountStatus.Closed;
            await scope.Alerts(from.Id).ClearAsync(Alerts.AlertSubjects.Agreement);
            belongings = await BelongingsMove.RunAsync(new MergerAct(scope, merger, from, into, ids, tops, input.WholeRoles), cancellation);
        }

        scope.AfterCommit(bearers.Forget);
        return new Answer(merger.Id, input.Kind, from.Domain, into.Domain, moved, content)
        {
            RolesGiven = roles.Given, RolesTaken = roles.Taken, Belongings = belongings, UndoUntil = merger.UndoUntil,
        };
    }

    private AccountMerger Record(WriteScope scope, Input input, Account from, Account into, MovePlan plan)
    {
        var merger = new AccountMerger
        {
            Id = scope.NextId(IdKind.Merger),
            Kind = input.Kind,
            FromAccountId = from.Id,
            IntoAccountId = into.Id,
            IntoIsNew = plan.Into is null,
            Note = input.Note.Trim(),
            VirtualAccounts = plan.Places.Count,
            MadeAt = scope.Now,
            MadeBy = scope.Actor.Name,
            UndoUntil = scope.Now.AddDays(settings.Mergers.UndoDays),
        };
        scope.Db.AccountMergers.Add(merger);
        scope.Db.MergedPlaces.AddRange(plan.Places.Select(place => new MergedPlace
        {
            MergerId = merger.Id, VirtualAccountId = place.Row.Id, NameBefore = place.Row.Name, NameAfter = place.Name, ParentBefore = place.Row.ParentId, WasDefault = place.Row.IsDefault,
        }));
        return merger;
    }

    private static Refusal? Problem(Input input)
    {
        var text = InputText.Problem(input.Note, "note", "the note", MergerRules.LongestNote, isOptional: true);
        if (text is not null || input.Kind == MergerKind.Merge)
        {
            return text ?? (string.IsNullOrWhiteSpace(input.Into) ? Verdict.Refused(RefusalCode.InvalidInput, "Name the Smart Account that takes it in.", "into") : null);
        }

        return (input.NewAccount is null) == string.IsNullOrWhiteSpace(input.Into)
            ? Verdict.Refused(RefusalCode.InvalidInput, "Name either another Smart Account or a new one.", "into")
            : input.NewAccount is { } owner
            ? CreateAccount.Problem(new CreateAccount.Input(owner.Name, owner.Domain) { Administrator = owner.Administrator })
            : null;
    }

    private static Refusal NoAccount(string named, string field) => Verdict.Refused(RefusalCode.NotFound, $"There is no Smart Account '{named}'.", field);

    private async Task<int> IdsAsync(long from, CancellationToken cancellation)
    {
        await using var db = database.Read(from);
        var places = await db.VirtualAccounts.CountAsync(row => row.AccountId == from, cancellation);
        return 64 + await db.Holdings.CountAsync(row => row.AccountId == from && row.Held > 0, cancellation)
            + await db.CustomTagValues.CountAsync(row => row.AccountId == from, cancellation)
            + (places * await db.RoleGrants.CountAsync(row => row.AccountId == from, cancellation)) + (places * await db.SourceRoles.CountAsync(row => row.AccountId == from, cancellation))
            + await db.AccessRules.CountAsync(row => row.AccountId == from, cancellation)
            + (places * await db.UserGroupMembers.CountAsync(row => db.RoleGrants.Any(grant => grant.AccountId == from && grant.GroupId == row.GroupId), cancellation));
    }
}
