using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Licenses;

/// <summary>Puts tags on licenses and license transactions, or takes them off, many at once: all or nothing (LI-06; help ch. 4).</summary>
public sealed class AssignLicenseTags(WritePath writePath)
{
    public const string Add = "license-tags.add";
    public const string Remove = "license-tags.remove";

    public sealed record Input
    {
        public long VirtualAccountId { get; init; }

        /// <summary>Entitlement numbers: tags of the summary level.</summary>
        public IReadOnlyList<long>? Licenses { get; init; }

        /// <summary>Numbers of license transactions: tags of the detail level.</summary>
        public IReadOnlyList<long>? Lines { get; init; }

        /// <summary>Names of tags that are there.</summary>
        public IReadOnlyList<string>? Tags { get; init; }

        /// <summary>Names of tags to be made, each perhaps several with commas between. Only for adding.</summary>
        public IReadOnlyList<string>? NewTags { get; init; }
    }

    /// <param name="Licenses">Licenses that changed.</param>
    /// <param name="Lines">License transactions that changed.</param>
    public sealed record Answer(int Licenses, int Lines, IReadOnlyList<string> Tags);

    public static void Map(IEndpointRouteBuilder routes)
    {
        const string Address = "/api/v1/accounts/{account}/virtual-accounts/{virtualAccount:long}/license-tags";
        routes.MapPost($"{Address}/add", async (long virtualAccount, Input body, AssignLicenseTags assign, HttpContext context) =>
        {
            var input = body with { VirtualAccountId = virtualAccount };
            return (await assign.AddAsync(context.Command(Add, input), input, context.RequestAborted)).ToHttp();
        }).Requires(Permission.LicenseTag).WithTags("License tags").WithSummary("Put tags on licenses and license transactions")
            .WithDescription("Tags that are not there yet are named in newTags; one that is there already is refused in it.");
        routes.MapPost($"{Address}/remove", async (long virtualAccount, Input body, AssignLicenseTags assign, HttpContext context) =>
        {
            var input = body with { VirtualAccountId = virtualAccount, NewTags = null };
            return (await assign.RemoveAsync(context.Command(Remove, input), input, context.RequestAborted)).ToHttp();
        }).Requires(Permission.LicenseTag).WithTags("License tags").WithSummary("Take tags off licenses and license transactions");
    }

    public Task<Verdict<Answer>> AddAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var fresh = LicenseTagRules.Split(input.NewTags ?? []);
        return RunAsync(command with { Ids = fresh.Count }, input, fresh, async (scope, tags, things) =>
        {
            tags = [.. tags, .. fresh.Select(name => LicenseTagBook.Add(scope, command.Accounts[0], input.VirtualAccountId, name))];
            var changed = new List<(long License, long Line)>();
            foreach (var (license, line) in things)
            {
                foreach (var tag in tags)
                {
                    if (await LicenseTagBook.SetAsync(scope.Db, tag, license, line))
                    {
                        changed.Add((license, line));
                    }
                }
            }

            return Count(changed, tags);
        }, cancellation);
    }

    public Task<Verdict<Answer>> RemoveAsync(Command command, Input input, CancellationToken cancellation = default) =>
        RunAsync(command, input, [], async (scope, tags, things) =>
        {
            var ids = tags.Select(tag => tag.Id).ToList();
            var licenses = things.Select(thing => thing.License).Distinct().ToList();
            var uses = await scope.Db.LicenseTagUses
                .Where(use => use.AccountId == command.Accounts[0] && ids.Contains(use.TagId) && licenses.Contains(use.EntitlementId)).ToListAsync(cancellation);
            uses.RemoveAll(use => !things.Contains((use.EntitlementId, use.LineId)));
            scope.Db.LicenseTagUses.RemoveRange(uses);
            return Count([.. uses.Select(use => (use.EntitlementId, use.LineId))], tags);
        }, cancellation);

    private async Task<Verdict<Answer>> RunAsync(
        Command command, Input input, IReadOnlyList<string> fresh, Func<WriteScope, IReadOnlyList<LicenseTag>, IReadOnlySet<(long License, long Line)>, Task<Answer>> change,
        CancellationToken cancellation)
    {
        var (licenses, lines, names) = (input.Licenses ?? [], input.Lines ?? [], LicenseTagRules.Split(input.Tags ?? []));
        if (licenses.Count + lines.Count is 0 or > LicenseTagRules.MostThings)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, $"Choose 1 to {LicenseTagRules.MostThings} licenses or license transactions.", "licenses");
        }

        if (names.Count + fresh.Count == 0)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, "Choose at least one tag.", "tags");
        }

        var account = command.Accounts[0];
        return await writePath.RunAsync<Answer>(command, async scope =>
        {
            var known = (await LicenseTagBook.LoadAsync(scope.Db, account, input.VirtualAccountId, cancellation)).ToDictionary(tag => tag.NameKey);
            if (names.FirstOrDefault(name => !known.ContainsKey(LicenseTagRules.KeyOf(name))) is { } unknown)
            {
                return Verdict.Refused(RefusalCode.NotFound, $"There is no license tag \"{unknown}\" in this virtual account. It may have been renamed or deleted.", "tags");
            }

            if (LicenseTagRules.JudgeNew(fresh, known.Keys, "newTags") is { } problem)
            {
                return problem;
            }

            var things = await FindAsync(scope.Db, account, input.VirtualAccountId, licenses, lines, cancellation);
            return things.IsOk
                ? await change(scope, [.. names.Select(name => known[LicenseTagRules.KeyOf(name)])], things.Value)
                : things.Refusal!;
        }, cancellation);
    }

    /// <summary>License and line of everything that was chosen; what does not lie in the virtual account is refused.</summary>
    private static async Task<Verdict<IReadOnlySet<(long License, long Line)>>> FindAsync(
        PurserContext db, long account, long virtualAccount, IReadOnlyList<long> licenses, IReadOnlyList<long> lines, CancellationToken cancellation)
    {
        var here = await db.Pools.Where(pool => pool.AccountId == account && pool.VirtualAccountId == virtualAccount && licenses.Contains(pool.EntitlementId))
            .Select(pool => pool.EntitlementId).ToHashSetAsync(cancellation);
        var held = await db.Holdings
            .Where(row => row.AccountId == account && row.VirtualAccountId == virtualAccount && row.Held > 0 && lines.Contains(row.LineId))
            .ToDictionaryAsync(row => row.LineId, row => row.EntitlementId, cancellation);
        if (licenses.Any(license => !here.Contains(license)) || lines.Any(line => !held.ContainsKey(line)))
        {
            return Verdict.Refused(RefusalCode.NotFound, "Something that was chosen does not lie in this virtual account any more. Look at the list again.", "licenses");
        }

        return licenses.Select(license => (license, LicenseTagUse.WholeLicense)).Concat(lines.Select(line => (held[line], line))).ToHashSet();
    }

    private static Answer Count(List<(long License, long Line)> changed, IReadOnlyList<LicenseTag> tags)
    {
        var things = changed.Distinct().ToList();
        return new(things.Count(thing => thing.Line == LicenseTagUse.WholeLicense), things.Count(thing => thing.Line != LicenseTagUse.WholeLicense), [.. tags.Select(tag => tag.Name)]);
    }
}
