using System.Net.Mime;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol.Bundles;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Usage.Bundles;

/// <summary>The bundles that were uploaded in a virtual account, how far each is, what came of its files, and the bundle of answers. Files of virtual accounts that the reader may not use are not shown.</summary>
public sealed class ShowBundles(Database database, PurserSettings settings)
{
    private static readonly Keyset<UsageBundle> Newest = Keyset.Descending((UsageBundle row) => row.Id);
    private static readonly Keyset<UsageBundleFile> OfBundle = Keyset.Ascending((UsageBundleFile row) => row.Number);

    public static void Map(IEndpointRouteBuilder bundles)
    {
        bundles.MapGet("", async (long virtualAccount, [AsParameters] PageRequest page, ShowBundles show, HttpContext context) =>
                (await show.ListAsync(context.Actor(), context.Account().Id, virtualAccount, page, context.RequestAborted)).ToHttp())
            .Requires(Permission.UsageReport).WithSummary("List the bundles of usage reports that were uploaded in a virtual account").Produces<Page<BundleView>>();
        bundles.MapGet("/{bundle:long}", async (long virtualAccount, long bundle, ShowBundles show, HttpContext context) =>
                (await show.HandleAsync(context.Actor(), context.Account().Id, virtualAccount, bundle, context.RequestAborted)).ToHttp())
            .Requires(Permission.UsageReport).WithSummary("How far a bundle of usage reports is").Produces<BundleView>();
        bundles.MapGet("/{bundle:long}/files", async (long virtualAccount, long bundle, UsageBundleFileState? state, [AsParameters] PageRequest page, ShowBundles show, HttpContext context) =>
                (await show.FilesAsync(context.Actor(), context.Account().Id, virtualAccount, bundle, state, page, context.RequestAborted)).ToHttp())
            .Requires(Permission.UsageReport).WithSummary("List the files of a bundle with what came of them").Produces<Page<BundleFileView>>();
        bundles.MapGet("/{bundle:long}/acknowledgements", AnswerAsync)
            .Requires(Permission.UsageReport).WithSummary("The bundle of acknowledgements that the collector takes to the product instances").Produces<byte[]>(contentType: MediaTypeNames.Application.GZip);
    }

    public async Task<Verdict<Page<BundleView>>> ListAsync(Actor actor, long account, long virtualAccount, PageRequest page, CancellationToken cancellation = default)
    {
        if (!actor.May(Permission.UsageReport, account, virtualAccount))
        {
            return NotThere();
        }

        await using var db = database.Read(account);
        return (await db.UsageBundles.Where(row => row.AccountId == account && row.VirtualAccountId == virtualAccount).ToPageAsync(Newest, page, cancellation))
            .Map(row => BundleView.Of(row, settings.Vendor.SupportName));
    }

    public async Task<Verdict<BundleView>> HandleAsync(Actor actor, long account, long virtualAccount, long bundle, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        return await FindAsync(db, actor, account, virtualAccount, bundle, cancellation) is { } row ? BundleView.Of(row, settings.Vendor.SupportName) : NotThere();
    }

    public async Task<Verdict<Page<BundleFileView>>> FilesAsync(
        Actor actor, long account, long virtualAccount, long bundle, UsageBundleFileState? state, PageRequest page, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        if (await FindAsync(db, actor, account, virtualAccount, bundle, cancellation) is null)
        {
            return NotThere();
        }

        var files = await MineAsync(db, actor, account, bundle, cancellation);
        return (await files.Where(row => state == null || row.State == state).ToPageAsync(OfBundle, page, cancellation)).Map(BundleFileView.Of);
    }

    /// <summary>Whether there is anything to take back: a file that only confirms or returns is done without an answer.</summary>
    public async Task<bool> HasAnswersAsync(Actor actor, long account, long bundle, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        return await (await MineAsync(db, actor, account, bundle, cancellation)).AnyAsync(file => file.Answer != null, cancellation);
    }

    public async Task<Verdict<(string Name, byte[] Content)>> AcknowledgementsAsync(Actor actor, long account, long virtualAccount, long bundle, CancellationToken cancellation = default)
    {
        await using var db = database.Read(account);
        if (await FindAsync(db, actor, account, virtualAccount, bundle, cancellation) is not { } row)
        {
            return NotThere();
        }

        if (row.State == UsageBundleState.Running)
        {
            return Verdict.Refused(RefusalCode.Conflict, "This bundle is still worked off. Download its acknowledgements when it has finished.");
        }

        var answered = await (await MineAsync(db, actor, account, bundle, cancellation)).Where(file => file.Answer != null).OrderBy(file => file.Number).ToListAsync(cancellation);
        if (answered.Count == 0)
        {
            return Verdict.Refused(RefusalCode.NotFound, "There is nothing in this bundle to bring back to product instances. Why files were refused stands beside them.");
        }

        var smart = await db.Accounts.FirstAsync(one => one.Id == account, cancellation);
        return (BundleNames.Acknowledgement(BundleNames.Usage(row.StartedAt)), BundleAnswer.Of(row.Maker, smart, answered).Write());
    }

    /// <summary>For programs and for the page.</summary>
    public static async Task<IResult> AnswerAsync(long virtualAccount, long bundle, ShowBundles show, HttpContext context)
    {
        var made = await show.AcknowledgementsAsync(context.Actor(), context.Account().Id, virtualAccount, bundle, context.RequestAborted);
        return made.IsOk ? TypedResults.File(made.Value.Content, MediaTypeNames.Application.GZip, made.Value.Name) : Problems.Of(made.Refusal!);
    }

    private static async Task<IQueryable<UsageBundleFile>> MineAsync(PurserContext db, Actor actor, long account, long bundle, CancellationToken cancellation)
    {
        var all = db.UsageBundleFiles.Where(row => row.AccountId == account && row.BundleId == bundle);
        var places = await all.Where(row => row.VirtualAccountId != null).Select(row => row.VirtualAccountId!.Value).Distinct().ToListAsync(cancellation);
        var mine = places.FindAll(place => actor.May(Permission.UsageReport, account, place));
        return all.Where(row => row.VirtualAccountId == null || mine.Contains(row.VirtualAccountId.Value));
    }

    /// <summary>Null also where the reader may not upload usage reports there.</summary>
    private static async Task<UsageBundle?> FindAsync(PurserContext db, Actor actor, long account, long virtualAccount, long bundle, CancellationToken cancellation) =>
        actor.May(Permission.UsageReport, account, virtualAccount)
            ? await db.UsageBundles.FirstOrDefaultAsync(row => row.AccountId == account && row.Id == bundle && row.VirtualAccountId == virtualAccount, cancellation)
            : null;

    private static Refusal NotThere() => Verdict.Refused(RefusalCode.NotFound, "There is no such bundle of usage reports that you can see.");
}
