using Purser.Server.Accounts;
using Purser.Server.Alerts;
using Purser.Server.Licenses;
using Purser.Server.Store;

namespace Purser.Server.Commands;

/// <summary>What a command's decision works with: the database inside the transaction, locked heads, ids, the time, the caller.</summary>
public sealed class WriteScope(PurserContext db, IReadOnlyDictionary<long, AccountHead> heads, Actor actor, Instants instants, DayZone dayZone, IdSource ids)
{
    private readonly Dictionary<long, Journal> journals = [];
    private readonly Dictionary<long, Ledger> ledgers = [];
    private readonly List<Action> afterCommit = [];
    private readonly List<long> added = [];

    public PurserContext Db => db;

    /// <summary>What the audit will tell of this command. What goes through the context stands in it by itself; see <see cref="MassChange"/>.</summary>
    internal AuditChanges Changes { get; } = new();

    public Actor Actor => actor;

    /// <summary>Domain time, truncated to the second; the same for all that this command writes.</summary>
    public DateTimeOffset Now => instants.Domain;

    /// <summary>The machine's time, for what lets people and programs in: links, sessions, secrets (design 3).</summary>
    public DateTimeOffset MachineNow => instants.Machine;

    /// <summary>Counts the days of terms.</summary>
    public DayZone DayZone => dayZone;

    /// <summary>The day that terms have now.</summary>
    public DateOnly Today => dayZone.DayOf(Now);

    public IReadOnlyList<Action> Committed => afterCommit;

    /// <summary>Is this account's head locked by this command?</summary>
    public bool Holds(long accountId) => heads.ContainsKey(accountId);

    /// <summary>Accounts whose chains the command writes: those that it locked, and those that it made.</summary>
    public IReadOnlyList<long> Accounts => [.. heads.Keys.Concat(added).Order()];

    /// <summary>The chains of an account that the command named; writing elsewhere is a bug.</summary>
    public Journal Journal(long accountId)
    {
        if (!journals.TryGetValue(accountId, out var journal))
        {
            journal = new Journal(db, heads[accountId], actor, Now);
            journals.Add(accountId, journal);
        }

        return journal;
    }

    /// <summary>The account's book, pools and uses. It settles by itself before the command is saved.</summary>
    public Ledger Ledger(long accountId)
    {
        if (!ledgers.TryGetValue(accountId, out var ledger))
        {
            ledger = new Ledger(this, accountId);
            ledgers.Add(accountId, ledger);
        }

        return ledger;
    }

    public AlertBook Alerts(long accountId) => new(this, accountId);

    /// <summary>Brings compliance, alerts and history of every touched pool up to date. The write path calls it before saving.</summary>
    internal async Task SettleAsync(ExpiryPeriods periods)
    {
        foreach (var ledger in ledgers.Values)
        {
            await ledger.SettleAsync(periods);
        }
    }

    /// <summary>Makes the head of a new account known, so that its first events can be written in the same command.</summary>
    public void AddHead(AccountHead head)
    {
        db.AccountHeads.Add(head);
        added.Add(head.AccountId);
        journals.Add(head.AccountId, new Journal(db, head, actor, Now));
    }

    public long NextId(IdKind kind) => ids.Next(kind.ToString());

    /// <summary>Runs after the commit and never after a rollback: for caches and notifications of this process.</summary>
    public void AfterCommit(Action action) => afterCommit.Add(action);
}

/// <summary>One moment on both clocks.</summary>
public readonly record struct Instants(DateTimeOffset Domain, DateTimeOffset Machine);
