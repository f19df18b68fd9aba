namespace InferenceServices.Services.LangId;

/// <summary>The language table has exactly the labels of lid.176 and Lift Wing's lid201.</summary>
public sealed class LanguagesTests
{
    // Labels of lid.176.ftz, in file order.
    private const string Lid176 = """
        en ru de fr it ja es ceb tr pt uk eo pl sv nl he zh hu ar ca fi cs fa sr el vi bg ko no mk ro id th hy da ta hi hr sh be ka te kk
        war lt gl sk bn eu sl kn ml mr et az ms sq la bs nn ur lv my tt af oc nds ky ast tl is ia si gu km br ba uz bo pa vo als ne cy jbo
        fy mn lb ce ug tg sco sa cv jv min io or as new ga mg an ckb sw bar lmo yi arz mhr azb sah pnb su bpy pms ilo wuu ku ps ie xmf yue
        gom li mwl kw sd hsb scn gd pam bh mai vec mt dv wa mzn am qu eml cbk tk rm os vls yo lo lez so myv diq mrj dsb frr ht gn bxr kv sc
        nah krc bcl nap gv av rue xal pfl dty hif co lrc vep tyv
        """;

    // Labels of lid201-model.bin: the languages of FLORES-200 in OpenLID.
    private const string Lid201 = """
        ace_Arab ace_Latn acm_Arab acq_Arab aeb_Arab afr_Latn ajp_Arab als_Latn amh_Ethi apc_Arab arb_Arab ars_Arab ary_Arab arz_Arab
        asm_Beng ast_Latn awa_Deva ayr_Latn azb_Arab azj_Latn bak_Cyrl bam_Latn ban_Latn bel_Cyrl bem_Latn ben_Beng bho_Deva bjn_Arab
        bjn_Latn bod_Tibt bos_Latn bug_Latn bul_Cyrl cat_Latn ceb_Latn ces_Latn cjk_Latn ckb_Arab crh_Latn cym_Latn dan_Latn deu_Latn
        dik_Latn dyu_Latn dzo_Tibt ell_Grek eng_Latn epo_Latn est_Latn eus_Latn ewe_Latn fao_Latn fij_Latn fin_Latn fon_Latn fra_Latn
        fur_Latn fuv_Latn gaz_Latn gla_Latn gle_Latn glg_Latn grn_Latn guj_Gujr hat_Latn hau_Latn heb_Hebr hin_Deva hne_Deva hrv_Latn
        hun_Latn hye_Armn ibo_Latn ilo_Latn ind_Latn isl_Latn ita_Latn jav_Latn jpn_Jpan kab_Latn kac_Latn kam_Latn kan_Knda kas_Arab
        kas_Deva kat_Geor kaz_Cyrl kbp_Latn kea_Latn khk_Cyrl khm_Khmr kik_Latn kin_Latn kir_Cyrl kmb_Latn kmr_Latn knc_Arab knc_Latn
        kon_Latn kor_Hang lao_Laoo lij_Latn lim_Latn lin_Latn lit_Latn lmo_Latn ltg_Latn ltz_Latn lua_Latn lug_Latn luo_Latn lus_Latn
        lvs_Latn mag_Deva mai_Deva mal_Mlym mar_Deva min_Latn mkd_Cyrl mlt_Latn mni_Beng mos_Latn mri_Latn mya_Mymr nld_Latn nno_Latn
        nob_Latn npi_Deva nso_Latn nus_Latn nya_Latn oci_Latn ory_Orya pag_Latn pan_Guru pap_Latn pbt_Arab pes_Arab plt_Latn pol_Latn
        por_Latn prs_Arab quy_Latn ron_Latn run_Latn rus_Cyrl sag_Latn san_Deva sat_Olck scn_Latn shn_Mymr sin_Sinh slk_Latn slv_Latn
        smo_Latn sna_Latn snd_Arab som_Latn sot_Latn spa_Latn srd_Latn srp_Cyrl ssw_Latn sun_Latn swe_Latn swh_Latn szl_Latn tam_Taml
        taq_Latn taq_Tfng tat_Cyrl tel_Telu tgk_Cyrl tgl_Latn tha_Thai tir_Ethi tpi_Latn tsn_Latn tso_Latn tuk_Latn tum_Latn tur_Latn
        twi_Latn tzm_Tfng uig_Arab ukr_Cyrl umb_Latn urd_Arab uzn_Latn vec_Latn vie_Latn war_Latn wol_Latn xho_Latn ydd_Hebr yor_Latn
        yue_Hant zho_Hans zho_Hant zsm_Latn zul_Latn
        """;

    [Theory]
    [InlineData(Lid176, 176)]
    [InlineData(Lid201, 201)]
    public void Every_label_of_a_model_is_described(string labels, int count)
    {
        Assert.Equal(count, Labels(labels).Distinct().Count());
        Assert.All(Labels(labels), label =>
        {
            var (_, name) = Languages.Describe(label);
            Assert.False(string.IsNullOrWhiteSpace(name));
            Assert.NotEqual(label, name);
        });
    }

    [Fact]
    public void Each_label_has_one_row_and_there_are_no_other_rows()
    {
        using var table = new StreamReader(
            typeof(Languages).Assembly.GetManifestResourceStream("InferenceServices.Services.LangId.data.languages.tsv")!);
        var rows = table.ReadToEnd().TrimEnd('\n').Split('\n');

        Assert.Equal("label\twikicode\tlanguage_name", rows[0]);
        Assert.All(rows, row => Assert.Equal(3, row.Split('\t').Length));
        Assert.Equal(
            Labels(Lid176).Concat(Labels(Lid201)).Order(StringComparer.Ordinal),
            rows.Skip(1).Select(row => row.Split('\t')[0]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("ace_Arab", "ace", "Acehnese")]
    [InlineData("zho_Hans", "zh", "Chinese (Simplified)")]
    [InlineData("zho_Hant", "zh", "Chinese (Traditional)")]
    [InlineData("yue_Hant", "zh-yue", "Yue Chinese")]
    [InlineData("zh", "zh", "Chinese")]
    [InlineData("yue", "zh-yue", "Yue Chinese")]
    [InlineData("als", "als", "Alemannic")]
    [InlineData("als_Latn", "sq", "Tosk Albanian")]
    [InlineData("cat_Latn", "ca", "Catalan")]
    public void A_label_has_the_wikipedia_and_the_name_of_its_language(string label, string wikicode, string name)
        => Assert.Equal((wikicode, name), Languages.Describe(label));

    [Fact]
    public void Only_languages_without_a_wikipedia_have_no_wikicode()
        => Assert.Equal(
            ["apc_Arab", "ars_Arab", "lus_Latn", "prs_Arab", "taq_Latn", "taq_Tfng"],
            Labels(Lid176).Concat(Labels(Lid201)).Where(label => Languages.Describe(label).Wikicode.Length == 0).Order(StringComparer.Ordinal));

    [Fact]
    public void An_unknown_label_is_its_own_name() => Assert.Equal(("", "tlh_Piqd"), Languages.Describe("tlh_Piqd"));

    private static string[] Labels(string labels) => labels.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
